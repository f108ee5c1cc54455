# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for the outside systems, and what starts Schakel around them. See README.md."""
