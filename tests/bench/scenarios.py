"""What is measured, by the name it is asked for; together they fill the whole table."""

from tests.bench.firehose import measure_firehose
from tests.bench.losing import measure_hang_up, measure_kill
from tests.bench.programs import Scenario
from tests.bench.starting import measure_first_paint, measure_many
from tests.bench.talking import (
    measure_commons,
    measure_flood,
    measure_hostile_words,
    measure_rest_and_keys,
)
from tests.bench.topics_speed import measure_topics_quality, measure_topics_speed

SCENARIOS: dict[str, Scenario] = {
    "first-paint": measure_first_paint,
    "flood": measure_flood,
    "firehose": measure_firehose,
    "rest": measure_rest_and_keys,
    "many": measure_many,
    "commons": measure_commons,
    "hostile": measure_hostile_words,
    "hang-up": measure_hang_up,
    "kill": measure_kill,
    "topics-speed": measure_topics_speed,
    "topics-quality": measure_topics_quality,
}
"""Every scenario, in the order of the table."""
