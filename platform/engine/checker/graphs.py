"""Pure functions on small directed graphs: what can be reached, and which nodes go in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Vertex = TypeVar("Vertex")
Graph = Mapping[Vertex, Iterable[Vertex]]


def reachable(graph: Graph[Vertex], starts: Iterable[Vertex]) -> set[Vertex]:
    """Give every vertex that can be reached from some starts, these included."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for following in graph.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def reversed_graph(graph: Graph[Vertex]) -> dict[Vertex, set[Vertex]]:
    """Give the graph with every edge turned round."""
    turned: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in graph}
    for vertex, followers in graph.items():
        for following in followers:
            turned.setdefault(following, set()).add(vertex)
    return turned


def cycle(graph: Graph[Vertex]) -> tuple[Vertex, ...]:
    """Give the vertices of one cycle in order, the same vertex first and last; empty if there is none."""
    done: set[Vertex] = set()
    for start in graph:
        if start in done:
            continue
        trail: list[Vertex] = []
        standing: set[Vertex] = set()
        stack: list[tuple[Vertex, list[Vertex]]] = [(start, list(graph.get(start, ())))]
        trail.append(start)
        standing.add(start)
        while stack:
            vertex, left = stack[-1]
            if not left:
                stack.pop()
                trail.pop()
                standing.discard(vertex)
                done.add(vertex)
                continue
            following = left.pop()
            if following in standing:
                return (*trail[trail.index(following) :], following)
            if following not in done:
                trail.append(following)
                standing.add(following)
                stack.append((following, list(graph.get(following, ()))))
    return ()
