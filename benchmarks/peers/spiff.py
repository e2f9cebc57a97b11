"""SpiffWorkflow: each task done, the case serialised, the text stored.

    python -m benchmarks.peers.spiff FILE

Each line is a number of cases; each has `ACTS` tasks. The file is SQLite with the settings of our
store.
"""

from __future__ import annotations

import io
import sqlite3
import sys
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.peers.answering import answer

ACTS = 20
PROCESS = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="bench">
  <process id="round_trip" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="go"/>
    <manualTask id="go" name="go"/>
    <sequenceFlow id="f2" sourceRef="go" targetRef="back"/>
    <manualTask id="back" name="back"/>
    <sequenceFlow id="f3" sourceRef="back" targetRef="again"/>
    <exclusiveGateway id="again" default="f5"/>
    <sequenceFlow id="f4" sourceRef="again" targetRef="go">
      <conditionExpression xsi:type="tFormalExpression">count &lt; {ACTS}</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="f5" sourceRef="again" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""


def main(path: str) -> None:
    """Answer each line by doing so many cases."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(PROCESS.encode())))
    spec = parser.get_spec("round_trip")
    serializer = BpmnWorkflowSerializer()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS workflow (id INTEGER PRIMARY KEY, body TEXT)")

    def store(number: int, workflow: Any) -> None:
        body = serializer.serialize_json(workflow)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO workflow VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (number, body),
        )
        connection.execute("COMMIT")

    def cases(many: str) -> int:
        done = 0
        for number in range(int(many)):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            for act in range(1, ACTS + 1):
                task = workflow.get_next_task(state=TaskState.READY, manual=True)
                task.data["count"] = act
                task.run()
                workflow.do_engine_steps()
                store(number, workflow)
                done += 1
            assert workflow.is_completed()
        return done

    answer(cases)


if __name__ == "__main__":
    main(sys.argv[1])
