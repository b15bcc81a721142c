-- What was ever told to be in a unit or a region: asked when one is closed, merged or split.
CREATE INDEX resources_version_unit ON resources_version (unit_id, valid_to, resource_id);
CREATE INDEX resources_version_region ON resources_version (region_id, valid_to, resource_id);
