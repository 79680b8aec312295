"""Kinds of intents, as far as learning tells them apart."""

NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
COMPLAINT = "feedback_negative"
ANSWERS = frozenset({
    "affirm", "deny", "cancel", "repeat", "inform", "greet", "goodbye", "thank", "help", "explain",
    "undo", "feedback_positive", COMPLAINT,
})  # fmt: skip
"""What answers Penny or is about the talk itself; said twice, it asks for nothing twice."""
