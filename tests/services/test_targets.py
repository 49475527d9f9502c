"""A text goes where somebody was looking, as whom they are, as public as it is there."""

import msgspec
from msgspec.structs import replace

from services.model.ids import AccountId, NetworkName, PersonId
from services.model.limits import Capabilities, Keying
from services.model.posts import Reach
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import Picture, Target, TargetKind
from services.model.topics import Topic
from services.targets import (
    about_topic,
    as_answered,
    as_kept,
    edit_of,
    language_of,
    names_before,
    new_post,
    next_reach,
    quoting,
    reaches_for,
    reply_to_post,
    reply_to_waiting,
    said_by_hand,
)
from services.text.clean import clean_line
from tests.builders import US, a_post, a_send, a_target, a_topic, a_waiting, an_author

DIRECT = Reach.DIRECT
CAN = Capabilities(
    network=NetworkName.MASTODON,
    keying=Keying.KEYED,
    reach=Reach.PUBLIC,
    graphemes_at_most=500,
    can_take_back=True,
    reaches=(Reach.PUBLIC, Reach.FOLLOWERS, DIRECT),
    can_warn=True,
)
"""What a network with everything can do."""


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


def test_a_reply_takes_over_the_warning_and_is_never_wider() -> None:
    """The warning where the network has them; the reach only where it is narrower."""
    post = a_post(reach=Reach.FOLLOWERS, warning=clean_line("food"))
    wide = a_target(reach=Reach.PUBLIC)
    assert as_answered(wide, post, CAN).reach is Reach.FOLLOWERS
    assert as_answered(wide, post, CAN).warning == "food"
    assert as_answered(wide, post, replace(CAN, can_warn=False)).warning == ""
    narrow = a_target(reach=DIRECT, warning="spoilers")
    assert as_answered(narrow, post, CAN) == narrow


def test_what_was_chosen_before_is_chosen_again_but_no_wider() -> None:
    """Warning, language, pictures come back; a draft from a wider time does not widen."""
    picture = Picture("/a.png", "a heron")
    kept = a_target(reach=Reach.PUBLIC, warning="food", language="de", pictures=(picture,))
    again = as_kept(a_target(reach=Reach.FOLLOWERS), kept)
    assert again == replace(kept, reach=Reach.FOLLOWERS)
    assert as_kept(a_target(reach=Reach.PUBLIC), replace(kept, reach=DIRECT)).reach is DIRECT


def test_reaches_go_no_wider_than_what_is_answered() -> None:
    """Of what the network has; what is direct stays direct; turning goes round."""
    assert reaches_for(Reach.FOLLOWERS, CAN) == (Reach.FOLLOWERS, DIRECT)
    assert reaches_for(DIRECT, CAN) == (DIRECT,)
    assert reaches_for(Reach.BOX, replace(CAN, reaches=())) == (Reach.BOX,)
    assert next_reach(Reach.PUBLIC, CAN.reaches) is Reach.FOLLOWERS
    assert next_reach(DIRECT, CAN.reaches) is Reach.PUBLIC
    assert next_reach(Reach.BOX, CAN.reaches) is Reach.PUBLIC


def test_a_reply_names_its_people_where_they_would_not_hear_of_it() -> None:
    """Whoever is answered and whom they named, each once, never ourselves; elsewhere nobody."""
    named = tuple(clean_line(one) for one in ("@cleo@b.example", "@ADA", "@ben"))
    post = a_post(names=named)
    reply = a_target(network=NetworkName.MASTODON)
    assert names_before(reply, post, "@ada") == "@ben @cleo@b.example "
    assert names_before(a_target(), post, "@ada") == ""
    assert names_before(replace(new_post(US, DIRECT), network=reply.network), post, "@ada") == ""


def test_an_account_goes_on_in_the_language_it_spoke_last() -> None:
    """The newest counts; another account's does not."""
    other = a_target(account=AccountId("bluesky:ada"), language="fr")
    said = (a_send(target=other), a_send(target=a_target(language="de")), a_send())
    assert language_of(said, US.id) == "de"
    assert language_of((), US.id) == ""


def test_edits_quotes_and_queued_words_have_drafts_of_their_own() -> None:
    """None of them is mixed up with the new post that was begun."""
    post = a_post(warning=clean_line("food"), language="de")
    edit = edit_of(US, post)
    assert (edit.kind, edit.edits, edit.warning) == (TargetKind.EDIT, post.id, "food")
    quote = quoting(US, Reach.PUBLIC, post)
    assert (quote.quotes, quote.to_name) == (post.id, post.author.name)
    queued = Queued(QueuedId("7"), US.id, US.network, QueuedKind.DRAFT, post.body, post.warning,
                    Reach.PUBLIC, None)  # fmt: skip
    said = said_by_hand(US, queued)
    assert (said.queued, said.warning) == ("7", "food")
    assert len({one.key for one in (edit, quote, said, new_post(US, Reach.PUBLIC))}) == 4


def test_the_name_of_a_filter_of_ours_goes_out_with_nothing() -> None:
    """A reply and an edit take over their author's warning, and not what our filters are called."""
    warning = clean_line("filter: bores \u00b7 filter: my boss \u00b7 tea \u00b7 biscuits")
    post = replace(a_post(), warning=warning)
    assert as_answered(reply_to_post(US, post), post, CAN).warning == "tea \u00b7 biscuits"
    assert edit_of(US, post).warning == "tea \u00b7 biscuits"


def test_what_is_for_few_is_quoted_for_no_more() -> None:
    """A quote of a post to followers is to followers; what everybody may read is quoted freely."""
    for above, reach in (
        (Reach.FOLLOWERS, Reach.FOLLOWERS),
        (DIRECT, DIRECT),
        (Reach.UNLISTED, Reach.PUBLIC),
    ):
        assert quoting(US, Reach.PUBLIC, a_post(reach=above)).reach is reach
