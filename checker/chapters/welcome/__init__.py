"""Exercises of 00_welcome: a first answer, and a first prediction."""

EXERCISES = (
    "greet",
    "countdown",
)
