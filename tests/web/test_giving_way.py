"""What a person presses is done again when the database let another through in its place: nobody sees an error for it."""

from __future__ import annotations

import re

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from tests.web.college import KEY, Browser, College
from tests.web.test_operations import page_of
from tests.web.test_planned import unanswered
from tests.web.test_roster import SHIFT
from tests.web.test_tasks import task_of


class Deadlocked(Exception):
    """What the driver raises when PostgreSQL let another through."""

    sqlstate = "40P01"


def let_another_through(college: College) -> list[str]:
    """The next transaction that writes is the victim of a deadlock; gives a list that holds something from then on."""
    given_way: list[str] = []

    def give_way(connection: object) -> None:
        event.remove(college.engine.database.writing, "commit", give_way)
        given_way.append("once")
        raise DBAPIError(None, None, Deadlocked())
    event.listen(college.engine.database.writing, "commit", give_way)
    return given_way


def pressed(college: College, browser: Browser, path: str, **fields: str) -> tuple[int, list[str]]:
    given_way = let_another_through(college)
    return browser.post(path, fields).status_code, given_way


DONE = (303, ["once"])


def test_claiming_and_giving_back_are_done_again(college: College) -> None:
    college.report()
    path, lin = task_of(college, "du"), college.browser("lin")
    assert pressed(college, lin, path + "/claim") == DONE
    assert pressed(college, lin, path + "/release") == DONE


def test_setting_and_withdrawing_a_shift_are_done_again(college: College) -> None:
    ping = college.browser("ping")
    assert pressed(college, ping, "/roster", **SHIFT, person=college.ids["lin"], second=college.ids["he"]) == DONE
    addresses = re.findall(r'action="(/roster/\w+/withdraw)"', ping.get("/roster").get_data(as_text=True))
    assert len(addresses) == 2
    assert pressed(college, ping, addresses[0]) == DONE


def test_trying_again_and_giving_up_what_could_not_begin_are_done_again(college: College) -> None:
    yun = unanswered(college).browser("yun")
    address = re.search(r'action="(/planned/\w+)/retry"', yun.get("/planned").get_data(as_text=True))
    assert address is not None
    assert pressed(college, yun, f"{address[1]}/retry") == DONE
    assert pressed(college, yun, f"{address[1]}/drop") == DONE


def test_an_operation_on_a_case_is_done_again(college: College) -> None:
    case, yun = college.report("lin"), college.browser("yun")
    key = KEY.search(page_of(yun, case))
    assert key is not None
    fields = {"operation": "suspend", "reason": "等上级意见", "form-key": key[1]}
    assert pressed(college, yun, f"/instances/{case}/operations", **fields) == DONE
