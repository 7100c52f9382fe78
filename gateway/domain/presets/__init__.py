"""The published policies a venue can choose among, as a table of records. Nobody changes them: a
venue that wants other limits makes its own policy.
"""

from gateway.domain.policy import Policy
from gateway.domain.presets.europe import EUROPEAN_PRESETS
from gateway.domain.presets.netherlands import NL_BBL_ASSEMBLY, NL_PRESETS
from gateway.domain.presets.world import WHO_10, WORLD_PRESETS

PRESETS: tuple[Policy, ...] = (*NL_PRESETS, *EUROPEAN_PRESETS, *WORLD_PRESETS)
BY_SLUG = {preset.slug: preset for preset in PRESETS}

LEGAL_DEFAULT = NL_BBL_ASSEMBLY
"""The law a venue is held to that named none. A meeting room is an assembly function there; the
figure for new build asks more than the one for existing buildings, which is not confirmed against
the text.
"""

HEALTHY_DEFAULT = WHO_10
"""What is healthy for a venue that named nothing: fresh air for each person, so that it stands
beside the law in the same unit.
"""
