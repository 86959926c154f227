"""Scenes of 00_welcome: what happens beside a greeting."""

import asyncio


async def greet_two(greet, first, second, seconds):
    """Greet two people at the same time, each after so many seconds; both greetings, in order."""
    return await asyncio.gather(greet(first, seconds), greet(second, seconds))
