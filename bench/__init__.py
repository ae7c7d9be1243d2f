"""Measurements that anyone can repeat. Each script ends in one line of JSON; figures worth keeping go to docs/benchmarks.md."""
