"""The protocol of a meeting: its house rules, those that sensors measure and those that people say."""
