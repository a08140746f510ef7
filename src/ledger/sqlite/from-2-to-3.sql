-- Layout 2 to 3: others find a submission. What was concluded before is found from its next version on.
ALTER TABLE submission ADD COLUMN portrait TEXT;
ALTER TABLE submission ADD COLUMN keys TEXT;
