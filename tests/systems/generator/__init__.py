# SPDX-License-Identifier: Apache-2.0
"""An invented Flemish register and a morning of complaints about it, from a fixed seed.

Every place, street, organiser, person and number is made up here: municipalities that do not
exist, dossiernummers and company numbers in unused ranges. See ../README.md.
"""
