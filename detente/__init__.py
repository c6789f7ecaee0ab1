"""What detente offers to a program: `open_release("store")["events"]`. Everything else is the application's own."""

from __future__ import annotations

from tasks.release import Release, open_release

__all__ = ["Release", "open_release"]
