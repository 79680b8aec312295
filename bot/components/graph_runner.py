"""Runs the trained graph node after node, in an order worked out once.

Rasa hands its graph to dask at every prediction, which plans the same few nodes anew each
time; the planning costs as much as many of the nodes do.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner

Plan = List[Tuple[Text, List[Text]]]


class SequentialGraphRunner(DaskGraphRunner):
    """The same nodes with the same inputs as under dask, without a scheduler."""

    def run(
        self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None
    ) -> Dict[Text, Any]:
        """Runs what the targets need.

        Args:
            inputs: values of placeholder nodes by name.
            targets: nodes whose output is wanted; those of the schema when left out.

        Returns:
            The output of each target.

        Raises:
            GraphRunError: an input is named like a node.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        given = inputs or {}
        clash = given.keys() & self._instantiated_nodes.keys()
        if clash:
            raise GraphRunError(f"Inputs are named like nodes: {', '.join(sorted(clash))}.")
        outputs: Dict[Text, Any] = {name: (name, value) for name, value in given.items()}
        for name, needs in self._plan(wanted):
            outputs[name] = self._instantiated_nodes[name](
                *(outputs.get(need, need) for need in needs)
            )
        return dict(outputs[name] for name in wanted)

    def _plan(self, targets: Tuple[Text, ...]) -> Plan:
        plans: Dict[Tuple[Text, ...], Plan] = self.__dict__.setdefault("_plans", {})
        if targets not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: list(node.needs.values()) for name, node in nodes.items()}
            order = TopologicalSorter(needs).static_order()
            plans[targets] = [(name, needs[name]) for name in order if name in needs]
        return plans[targets]
