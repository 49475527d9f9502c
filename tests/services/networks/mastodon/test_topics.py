"""What is said under tags that we follow is a topic here."""

from pathlib import Path

from services.changes import ChangeFeed
from services.intake import Intake
from services.model.posts import Relation
from services.model.topics import TopicKind
from services.networks.mastodon.account import MastodonAccount
from services.store.topics import Topics
from services.topics.hosting import TopicsHere
from tests.builders import at, open_pair
from tests.doubles.mastodon import MastodonDouble
from tests.fakes import FakeClock


async def test_a_followed_tag_is_a_topic_and_home_is_not_asked(
    us: MastodonAccount, double: MastodonDouble, tmp_path: Path
) -> None:
    """Two people under it are one topic that can be answered; nobody of them waits for us."""
    tea = [{"name": "Tea", "url": f"{double.url}/tags/Tea"}]
    double.say("ben", "A pot of #tea", tags=tea, at=at(60))
    double.say("cleo", "Mine is green #Tea", tags=tea, at=at(120))
    double.say("cleo", "Of my garden, for whoever follows me", at=at(130))
    async with open_pair(tmp_path) as files:
        host = TopicsHere(files.cache, ChangeFeed(), FakeClock())
        intake = Intake(files.private, files.cache, lambda: None, host.take)
        arrivals = await us.poll(None)
        await intake.take(us.account.id, arrivals)
        while arrivals.has_more:
            arrivals = await us.poll(arrivals.cursor)
            await intake.take(us.account.id, arrivals)
        (topic,) = await Topics(files.cache).ranked(at(300))
        assert (topic.kind, topic.title, topic.people) == (TopicKind.TAG, "#tea", 2)
        assert topic.account == us.account.id
        opened = await Topics(files.cache).open(topic.id)
        assert opened is not None
        assert [post.body for post in opened.posts] == ["A pot of #tea", "Mine is green #Tea"]
        assert {post.relation for post in opened.posts} == {Relation.AROUND}
        assert await files.private.read("SELECT * FROM waiting") == []
    assert not any("timelines/home" in path for _, path, _ in double.asked)
