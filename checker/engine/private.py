import asyncio
import warnings
LOOP_POLICY = getattr(asyncio.events, "_BaseDefaultEventLoopPolicy", None) or getattr(asyncio.events, "BaseDefaultEventLoopPolicy", None)
UNAWAITED_WARNING = (warnings, "_warn_unawaited_coroutine")
