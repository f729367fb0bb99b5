"""Goods and rates, made and drawn."""

from hypothesis import strategies as st

from dispatch.domain.requests import Load
from dispatch.fees import Rates


def load(*, weight_g: int = 0, volume_ml: int = 0, pieces: int = 1) -> Load:
    return Load(weight_g=weight_g, volume_ml=volume_ml, pieces=pieces)


def loads() -> st.SearchStrategy[Load]:
    return st.builds(
        Load,
        weight_g=st.integers(0, 500_000),
        volume_ml=st.integers(0, 5_000_000),
        pieces=st.integers(1, 50),
    )


def rates() -> st.SearchStrategy[Rates]:
    return st.builds(
        Rates,
        first_weight_g=st.integers(1, 50_000),
        first_fen=st.integers(0, 20_000),
        step_g=st.integers(1, 5_000),
        step_fen=st.integers(0, 2_000),
        ml_per_kg=st.integers(100, 20_000),
    )
