"""A protocol of two acts that lead to each other, for what is done again and again to one case.

A follow-up opens with the one and is met by the other. Imports nothing of the project: a protocol
is text.
"""

ROUND_TRIP = """
protocolkit: "1"
id: round-trip
title: Two acts that lead to each other
jurisdiction: nowhere
timezone: UTC
roles: {worker: {kind: caseworker}}
facts: {urgent: {type: boolean}}
states: {here: {initial: true}, there: {}, done: {final: true}}
triggers:
  go: {who: worker, moves: [{from: here, to: there}]}
  back: {who: worker, moves: [{from: there, to: here}]}
  stop: {who: worker, moves: [{from: here, to: done}]}
follow_ups:
  look: {opens_with: go, who: worker, due: within 2 hours, met_by: [back]}
"""
