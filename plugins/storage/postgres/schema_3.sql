-- Schema version 3, of the schema @SCHEMA@: the commit that ends a turn may begin the send of its
-- reply. A later version is a further step in migrate.cpp; this file never changes then.

-- Functions are made anew by the last step; this one has other parameters now.
DROP FUNCTION IF EXISTS @SCHEMA@.apply;
