"""A message as plain text: for mail programs that want it, and for every channel but mail."""

from gateway.notify.message import Message, Section


def plain(message: Message) -> str:
    """The whole message; links stand on lines of their own."""
    blocks = [message.preface] if message.preface else []
    blocks += ["\n".join(_section(section, message.now)) for section in message.sections]
    blocks += ["\n".join(f"{button.words}: {button.url}" for button in message.buttons)]
    blocks += ["\n".join(message.notes)]
    blocks += [f"—\n{message.footer} {message.settings.words}: {message.settings.url}"]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(section: Section, now: str) -> list[str]:
    lines = [section.place]
    if section.meeting:
        lines.append(section.meeting)
    for said in section.said:
        lines += ["", " ".join(said.sentences), *(f"{now} {one}" for one in said.todo)]
    return lines
