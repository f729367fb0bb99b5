import base64
import hashlib
import hmac

from dispatch.webhooks.signing import new_secret, signature_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_it_signs_as_the_specifications_own_libraries_do() -> None:
    # The test vector that the libraries of the specification share.
    headers = signature_headers(
        [SECRET],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp_s=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_changed_both_sign() -> None:
    new = new_secret()
    headers = signature_headers([new, SECRET], message_id="ev_1", timestamp_s=7, body=b"x")
    first, second = headers["webhook-signature"].split(" ")
    key = base64.b64decode(new.removeprefix("whsec_"))
    signed = base64.b64encode(hmac.digest(key, b"ev_1.7.x", hashlib.sha256)).decode()
    assert first == f"v1,{signed}"
    assert second != first


def test_every_secret_is_new_and_long_enough() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(base64.b64decode(one.removeprefix("whsec_"))) == 32 for one in secrets)
