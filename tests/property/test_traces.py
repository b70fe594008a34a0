"""Traces over the whole language: total, and never at odds with the decision they explain."""

from hypothesis import given, settings

from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.trace import trace, why_not
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.decision import Decided, Undecided, Verdict
from faxrouter.model.fact import Facts
from faxrouter.model.trace import Reason
from generated_facts import facts
from rule_sets import rule_sets

EXAMPLES = settings().max_examples


@settings(max_examples=EXAMPLES // 2)
@given(rule_set=rule_sets(most_leaves=3), event=facts())
def test_a_trace_explains_the_decision_and_nothing_else(rule_set: RuleSet, event: Facts) -> None:
    """Winners are the contributions; whoever is left out is a rival, a near miss, or did not match."""
    evaluator = compile_evaluator(rule_set)
    decision = evaluator.decide(event)
    told = trace(evaluator, event)

    assert decision == told.decision
    for outcome in told.outcomes:
        match outcome.result:
            case Decided(contributions=contributions, hung_on=names):
                assert [one.rule for one in contributions] == [winner.rule for winner in outcome.winners]
                assert decision.outcomes[outcome.outcome] == outcome.result
            case Undecided(facts=names):
                assert outcome.result in decision.parked
            case None:
                names = ()
                assert outcome.outcome not in decision.outcomes
        assert names == tuple(name for name, _ in outcome.hung_on)
        winners = {winner.rule for winner in outcome.winners}
        assert not winners & {rival.rule for rival in outcome.rivals}
        for miss in outcome.near_misses:
            assert miss.rule not in winners
            assert all(step.verdict is not Verdict.HIT for step in miss.failed) and miss.failed


@settings(max_examples=EXAMPLES // 2)
@given(rule_set=rule_sets(most_leaves=3), event=facts())
def test_every_rule_can_say_why_it_was_not_the_one(rule_set: RuleSet, event: Facts) -> None:
    """The verdict is Kleene's `and` of the conditions shown, and what must change is what did not hold."""
    evaluator = compile_evaluator(rule_set)
    decision = evaluator.decide(event)

    for rule in (rule for file in rule_set.files for rule in file.rules):
        told = why_not(evaluator, event, rule.name)
        assert told is not None
        verdicts = {step.verdict for step in told.steps}
        weakest = next((v for v in (Verdict.MISS, Verdict.UNKNOWN) if v in verdicts), Verdict.HIT)
        assert weakest == told.verdict
        assert len(told.would_have_matched_if) == sum(step.verdict is not Verdict.HIT for step in told.steps)
        for reason in told.outcomes:
            decided = decision.outcomes.get(reason.outcome)
            gave = decided is not None and rule.name in [one.rule for one in decided.contributions]
            assert gave is (reason.reason is Reason.MATCHED)
