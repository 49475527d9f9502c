"""A text goes where somebody was looking, as whom they are, as public as it is there."""

import msgspec

from services.model.ids import PersonId
from services.model.posts import Reach
from services.model.sending import Target, TargetKind
from services.model.topics import Topic
from services.targets import about_topic, new_post, reply_to_post, reply_to_waiting
from tests.builders import US, a_post, a_target, a_topic, a_waiting, an_author

DIRECT = Reach.DIRECT


def test_answering_somebody_who_waits() -> None:
    """It answers their last word, in their thread, and no more publicly than they spoke."""
    ben = a_waiting(author=an_author("ben"), thread=a_target().thread, reach=DIRECT)
    assert reply_to_waiting(US, ben) == a_target(post=ben.post, reach=DIRECT)


def test_answering_a_post() -> None:
    """It answers that post; one found in a topic remembers the topic."""
    post = a_post(reach=DIRECT)
    assert reply_to_post(US, post) == a_target(reach=DIRECT)
    topic: Topic = a_topic()
    assert reply_to_post(US, post, topic) == a_target(reach=DIRECT, topic=topic.id)


def test_saying_something_about_a_topic() -> None:
    """It answers nobody and names the topic."""
    topic = a_topic(reach=Reach.PUBLIC)
    assert about_topic(US, topic) == Target(
        kind=TargetKind.TOPIC,
        account=US.id,
        network=US.network,
        reach=Reach.PUBLIC,
        as_handle=US.author.handle,
        to_name=topic.title,
        topic=topic.id,
    )


def test_beginning_something_new() -> None:
    """It answers nobody and names nobody."""
    assert new_post(US, Reach.PUBLIC) == Target(
        TargetKind.NEW, US.id, US.network, Reach.PUBLIC, US.author.handle
    )


def test_a_draft_belongs_to_one_person_thread_or_topic() -> None:
    """Different targets have different drafts; the post that is answered does not matter."""
    reply = a_target()
    others = [
        a_target(person=PersonId("commons:cleo")),
        a_target(thread=a_waiting(2).thread),
        new_post(US, Reach.BOX),
        about_topic(US, a_topic()),
    ]
    keys = {target.key for target in others}
    assert len(keys) == len(others)
    assert reply.key not in keys
    assert msgspec.structs.replace(reply, post=None, topic=a_topic().id).key == reply.key
