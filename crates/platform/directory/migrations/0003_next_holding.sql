-- When the next holding begins or ends is asked after every change of the directory.
CREATE INDEX directory_holding_begin ON directory_holding (superseded_at, valid_from);
CREATE INDEX directory_holding_end ON directory_holding (superseded_at, valid_to);
