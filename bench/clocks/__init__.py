"""How well the clocks of cameras are found: `python -m bench.clocks` prints one JSON line.

Drawn drives with stops and turns, cameras that saw them with noise, and clocks that are off by nothing, minutes, hours or
anything. `right_of_sure` is the share within 2 s of those whose confidence reaches the limit above which nobody is asked,
`sure` how many those are; `error_s` the median error of the sure ones. With `--photos DIR` (a rendered drive's photos, the
side and the local time in their names) the same with the stills of each phone against the track of the other one.
"""
