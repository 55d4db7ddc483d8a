"""Charts as text: curves between axes whose ticks are quantities.

Importing these modules loads neither plotext nor rich: drawing a chart does.
"""
