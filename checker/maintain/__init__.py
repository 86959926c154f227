"""Keeping the course sound: `prove`, stored outputs, the handout."""
