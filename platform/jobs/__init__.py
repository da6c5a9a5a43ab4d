"""Queues, worker, timers and sweepers."""
