-- Where all cases were read once more, the reports of these days are still to be compared; the next one, and the last.
ALTER TABLE reports_opening ADD compare_from date NULL;
ALTER TABLE reports_opening ADD compare_to date NULL;
