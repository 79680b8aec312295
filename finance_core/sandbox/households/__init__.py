"""The five households of the sandbox."""

from __future__ import annotations

from finance_core.sandbox.households.amelia import AMELIA
from finance_core.sandbox.households.elena import ELENA
from finance_core.sandbox.households.harper import HARPER
from finance_core.sandbox.households.marcus import MARCUS
from finance_core.sandbox.households.priya import PRIYA
from finance_core.sandbox.plans import Plan

HOUSEHOLDS: dict[str, Plan] = {plan.name: plan for plan in (AMELIA, MARCUS, ELENA, PRIYA, HARPER)}
