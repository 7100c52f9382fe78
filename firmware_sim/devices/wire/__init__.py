"""Devices on a serial line as their makers have them speak, built apart from the protocols that read
them, so that a mistake in one cannot be made twice and cancel out.
"""
