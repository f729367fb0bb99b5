from dataclasses import replace

import pytest
from pydantic import ValidationError

from dispatch.standing import (
    DEFAULT_RULES,
    PastKind,
    Reserve,
    StandingConfig,
    StandingError,
    Step,
    Tier,
)


def test_nothing_configured_gives_the_default_rules() -> None:
    assert StandingConfig().rules() == DEFAULT_RULES


def test_a_city_changes_what_it_names() -> None:
    rules = StandingConfig.model_validate(
        {
            "tiers": {"gold": {"most_open": 20, "rank": 9}},
            "usual_tier": "gold",
            "points": {"no_show": 5},
            "steps": [{"from_points": 5, "most_open": 3, "rank_down": 2}],
        }
    ).rules()
    assert rules.tiers == {"gold": Tier(20, 9)}
    assert rules.incident_points[PastKind.NO_SHOW] == 5
    assert rules.incident_points[PastKind.EMPTY_BOX] == 6
    assert rules.steps == (Step(5, 3, 2),)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"usual_tier": "gold"}, "'gold' is no known tier"),
        ({"tiers": {"new": {"most_open": 1, "rank": 10}}}, "less than or equal to 9"),
        ({"tiers": {"new": {"most_open": 1}}}, "Field required"),
        ({"points": {"noshow": 1}}, "Extra inputs"),
        ({"age": 30}, "Extra inputs"),
        (
            {
                "steps": [
                    {"from_points": 5, "most_open": 1, "rank_down": 1},
                    {"from_points": 5, "most_open": 0, "rank_down": 1},
                ]
            },
            "from_points 5 follows 5",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(section: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        StandingConfig.model_validate(section)


def test_rules_say_what_is_wrong_with_them() -> None:
    with pytest.raises(StandingError, match="least_rank 2 follows 2"):
        replace(DEFAULT_RULES, reserves=(Reserve(80, 2), Reserve(90, 2)))
    with pytest.raises(StandingError, match="no points for empty_box"):
        replace(
            DEFAULT_RULES,
            incident_points={
                kind: 1 for kind in DEFAULT_RULES.incident_points if kind != PastKind.EMPTY_BOX
            },
        )
