"""The use cases: collect, group, compose, approve, send. They own their sessions and hold one lock each."""
