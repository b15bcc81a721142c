-- Sources that tell of people by themselves (SCIM) beside those that are read (LDAP).
ALTER TABLE directory_source ADD COLUMN kind TEXT NOT NULL DEFAULT 'ldap';
