import json
from datetime import datetime

from dispatch.storage.outbox import OutboxEvent
from dispatch.webhooks.events import EventType, body_of


def event(seq: int = 7) -> OutboxEvent:
    return OutboxEvent(
        seq=seq,
        id="ev_1",
        client_id="cl_1",
        city="Hangzhou",
        type=EventType.COLLECTED.value,
        subject="pk_1",
        data={"reason": "完成", "weight_g": 900},
        occurred_at=datetime.fromisoformat("2026-11-11T12:00:00.250+08:00"),
        fanned_out_at=None,
    )


def test_the_body_is_a_cloud_event() -> None:
    assert json.loads(body_of(event())) == {
        "specversion": "1.0",
        "id": "ev_1",
        "source": "/v1/cities/Hangzhou",
        "type": "pickup.collected",
        "subject": "pk_1",
        "time": "2026-11-11T04:00:00.250Z",
        "sequence": "00000000000000000007",
        "datacontenttype": "application/json",
        "data": {"reason": "完成", "weight_g": 900},
    }


def test_sequences_compare_as_text_in_the_order_of_events() -> None:
    sequences = [json.loads(body_of(event(seq)))["sequence"] for seq in (9, 10, 99_999)]
    assert sequences == sorted(sequences)
