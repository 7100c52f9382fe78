BEGIN TRANSACTION;
CREATE TABLE air_memory (
	venue VARCHAR(63) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	slug VARCHAR(63) NOT NULL, 
	position BIGINT NOT NULL, 
	at_ns BIGINT NOT NULL, 
	state BLOB NOT NULL, 
	CONSTRAINT pk_air_memory PRIMARY KEY (venue, kind, slug)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0037');
CREATE TABLE annotations (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63), 
	kind VARCHAR(16) NOT NULL, 
	text VARCHAR(500) NOT NULL, 
	since_ns BIGINT NOT NULL, 
	until_ns BIGINT, 
	"by" VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (id), 
	CONSTRAINT fk_annotations_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at_ns BIGINT NOT NULL, 
	who VARCHAR(320) NOT NULL, 
	how VARCHAR(16) NOT NULL, 
	label VARCHAR(200) NOT NULL, 
	noun VARCHAR(32) NOT NULL, 
	verb VARCHAR(16) NOT NULL, 
	venue VARCHAR(63), 
	object VARCHAR(400) NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	address VARCHAR(45) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE TABLE contacts (
	venue VARCHAR(63) NOT NULL, 
	place INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	address VARCHAR(320) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	rules VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_contacts PRIMARY KEY (venue, place), 
	CONSTRAINT fk_contacts_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE counters (
	gateway VARCHAR(100) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	label VARCHAR(64) NOT NULL, 
	value FLOAT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (gateway, name, label)
);
CREATE TABLE cursors (
	name VARCHAR(64) NOT NULL, 
	position BIGINT NOT NULL, 
	alive_ns BIGINT NOT NULL, 
	CONSTRAINT pk_cursors PRIMARY KEY (name)
);
CREATE TABLE "declarations" (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	meeting VARCHAR(64) NOT NULL, 
	item VARCHAR(63) NOT NULL, 
	declared BOOLEAN NOT NULL, 
	note VARCHAR(500) NOT NULL, 
	"by" VARCHAR(320) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	room VARCHAR(63), 
	start_ns BIGINT NOT NULL, 
	end_ns BIGINT NOT NULL, 
	protocol VARCHAR(63), 
	CONSTRAINT pk_declarations PRIMARY KEY (id)
);
CREATE TABLE delivery_attempts (
	id INTEGER NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	message INTEGER, 
	test INTEGER, 
	at_ns BIGINT NOT NULL, 
	wall_ns BIGINT NOT NULL, 
	error TEXT, 
	CONSTRAINT pk_delivery_attempts PRIMARY KEY (id)
);
CREATE TABLE devices (
	venue VARCHAR(63) NOT NULL, 
	slug VARCHAR(63) NOT NULL, 
	model VARCHAR(100), 
	firmware VARCHAR(100), 
	interval_s FLOAT, 
	room_hint VARCHAR(63), 
	online BOOLEAN, 
	first_seen_ns BIGINT, 
	last_seen_ns BIGINT, 
	last_air_ns BIGINT, 
	last_people_ns BIGINT, calibrated_ns BIGINT, error_ppm FLOAT, error_pct FLOAT, health TEXT, health_ns BIGINT, label VARCHAR(200), calibration_ns BIGINT, 
	CONSTRAINT pk_devices PRIMARY KEY (venue, slug)
);
INSERT INTO "devices" VALUES('de-kade','co2-1','mh-z19c','1.0',60.0,'serre',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE door_counts (
	venue VARCHAR(63) NOT NULL, 
	device VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	in_total BIGINT NOT NULL, 
	out_total BIGINT NOT NULL, 
	net BIGINT NOT NULL, memory TEXT, 
	CONSTRAINT pk_door_counts PRIMARY KEY (venue, device)
);
CREATE TABLE door_decisions (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	device VARCHAR(63) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	side VARCHAR(3) NOT NULL, 
	decision VARCHAR(16) NOT NULL, 
	"before" BIGINT NOT NULL, 
	shown BIGINT NOT NULL, 
	CONSTRAINT pk_door_decisions PRIMARY KEY (id)
);
CREATE TABLE door_pages (
	number VARCHAR(16) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	made_ns BIGINT NOT NULL, 
	seen_ns BIGINT, 
	CONSTRAINT pk_door_pages PRIMARY KEY (number), 
	CONSTRAINT fk_door_pages_venue_rooms FOREIGN KEY(venue, room) REFERENCES rooms (venue, slug) ON DELETE CASCADE
);
CREATE TABLE event_versions (
	venue VARCHAR(63) NOT NULL, 
	uid TEXT NOT NULL, 
	recurrence VARCHAR(32) NOT NULL, 
	following BOOLEAN NOT NULL, 
	sequence BIGINT NOT NULL, 
	stamp_ns BIGINT, 
	taken_ns BIGINT NOT NULL, 
	CONSTRAINT pk_event_versions PRIMARY KEY (venue, uid, recurrence, following), 
	CONSTRAINT fk_event_versions_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE feed_mistakes (
	feed VARCHAR(63) NOT NULL, 
	position INTEGER NOT NULL, 
	code VARCHAR(32) NOT NULL, 
	event TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_feed_mistakes PRIMARY KEY (feed, position), 
	CONSTRAINT fk_feed_mistakes_feed FOREIGN KEY(feed) REFERENCES feeds (slug) ON DELETE CASCADE
);
CREATE TABLE feed_rules (
	feed VARCHAR(63) NOT NULL, 
	position INTEGER NOT NULL, 
	field VARCHAR(16) NOT NULL, 
	text VARCHAR(200) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	CONSTRAINT pk_feed_rules PRIMARY KEY (feed, position), 
	CONSTRAINT fk_feed_rules_feed FOREIGN KEY(feed) REFERENCES feeds (slug) ON DELETE CASCADE
);
CREATE TABLE feed_states (
	feed VARCHAR(63) NOT NULL, 
	answered BIGINT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	digest VARCHAR(64), 
	setup VARCHAR(64), 
	read_ns BIGINT, 
	tried_ns BIGINT, 
	ok_ns BIGINT, 
	error VARCHAR(32), 
	detail TEXT, 
	failing_since_ns BIGINT, 
	failures INTEGER NOT NULL, 
	meetings INTEGER NOT NULL, 
	CONSTRAINT pk_feed_states PRIMARY KEY (feed), 
	CONSTRAINT fk_feed_states_feed FOREIGN KEY(feed) REFERENCES feeds (slug) ON DELETE CASCADE
);
CREATE TABLE feed_unplaced (
	feed VARCHAR(63) NOT NULL, 
	position INTEGER NOT NULL, 
	title VARCHAR(300) NOT NULL, 
	location TEXT NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	start_ns BIGINT NOT NULL, 
	meetings INTEGER NOT NULL, 
	CONSTRAINT pk_feed_unplaced PRIMARY KEY (feed, position), 
	CONSTRAINT fk_feed_unplaced_feed FOREIGN KEY(feed) REFERENCES feeds (slug) ON DELETE CASCADE
);
CREATE TABLE feeds (
	slug VARCHAR(63) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	url TEXT NOT NULL, 
	room VARCHAR(63), 
	every_s FLOAT NOT NULL, 
	asked BIGINT NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (slug), 
	CONSTRAINT fk_feeds_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE flag_history (
	id INTEGER NOT NULL, 
	flag VARCHAR(64) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	value FLOAT, 
	meeting VARCHAR(64), 
	published BOOLEAN NOT NULL, 
	CONSTRAINT pk_flag_history PRIMARY KEY (id)
);
CREATE TABLE flags (
	id VARCHAR(64) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	rule VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	since_ns BIGINT NOT NULL, 
	fired_ns BIGINT, 
	resolved_ns BIGINT, 
	clearing_since_ns BIGINT, 
	value FLOAT, 
	peak FLOAT, 
	"limit" FLOAT, 
	acknowledged_ns BIGINT, 
	acknowledged_by VARCHAR(100), 
	acknowledged_note TEXT NOT NULL, 
	silenced_until_ns BIGINT, 
	CONSTRAINT pk_flags PRIMARY KEY (id)
);
CREATE TABLE grants (
	user VARCHAR(100) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (user, venue, role), 
	CONSTRAINT fk_grants_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE, 
	CONSTRAINT fk_grants_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE idempotency_keys (
	"by" VARCHAR(100) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	request VARCHAR(64) NOT NULL, 
	begun_ns BIGINT NOT NULL, 
	status INTEGER, 
	location TEXT, 
	body TEXT, 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY ("by", "key")
);
CREATE TABLE identities (
	number VARCHAR(64) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	issuer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	made_ns BIGINT NOT NULL, 
	CONSTRAINT pk_identities PRIMARY KEY (number), 
	CONSTRAINT fk_identities_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE invitations (
	id VARCHAR(32) NOT NULL, 
	user VARCHAR(100), 
	email VARCHAR(254), 
	venue VARCHAR(63), 
	role VARCHAR(16) NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	verifies BOOLEAN NOT NULL, 
	made_ns BIGINT NOT NULL, 
	expires_ns BIGINT NOT NULL, 
	used_ns BIGINT, 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT fk_invitations_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE, 
	CONSTRAINT fk_invitations_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE kiosks (
	number VARCHAR(16) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	label VARCHAR(100) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	made_ns BIGINT NOT NULL, 
	seen_ns BIGINT, 
	CONSTRAINT pk_kiosks PRIMARY KEY (number), 
	CONSTRAINT fk_kiosks_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE, 
	CONSTRAINT fk_kiosks_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE late_readings (
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	from_ns BIGINT NOT NULL, 
	to_ns BIGINT NOT NULL, 
	noted BIGINT NOT NULL, 
	CONSTRAINT pk_late_readings PRIMARY KEY (venue, room)
);
CREATE TABLE lease_holders (
	name VARCHAR(64) NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_lease_holders PRIMARY KEY (name)
);
CREATE TABLE leases (
	venue VARCHAR(63) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	number BIGINT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (venue), 
	CONSTRAINT fk_leases_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE link_meetings (
	link VARCHAR(32) NOT NULL, 
	meeting VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_link_meetings PRIMARY KEY (link, meeting)
);
CREATE TABLE links (
	id VARCHAR(32) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	recipient VARCHAR(320) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	topic VARCHAR(16) NOT NULL, 
	rooms TEXT NOT NULL, 
	flags TEXT NOT NULL, 
	private BOOLEAN NOT NULL, 
	made_ns BIGINT NOT NULL, 
	expires_ns BIGINT NOT NULL, 
	revoked_ns BIGINT, 
	revoked_by VARCHAR(100), 
	CONSTRAINT pk_links PRIMARY KEY (id)
);
CREATE TABLE meeting_flags (
	meeting VARCHAR(64) NOT NULL, 
	flag VARCHAR(64) NOT NULL, 
	rule VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	since_ns BIGINT NOT NULL, 
	until_ns BIGINT, 
	peak FLOAT, 
	"limit" FLOAT, 
	CONSTRAINT pk_meeting_flags PRIMARY KEY (meeting, flag)
);
CREATE TABLE meeting_protocols (
	meeting VARCHAR(64) NOT NULL, 
	began_ns BIGINT NOT NULL, 
	protocol VARCHAR(63) NOT NULL, 
	version INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_meeting_protocols PRIMARY KEY (meeting)
);
CREATE TABLE meeting_records (
	meeting VARCHAR(64) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	people_from_ns BIGINT NOT NULL, 
	to_ns BIGINT NOT NULL, 
	computed_ns BIGINT NOT NULL, 
	revision INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	basis VARCHAR(64) NOT NULL, 
	occupancy VARCHAR(16), 
	ventilation VARCHAR(16), 
	summary TEXT NOT NULL, 
	revisions TEXT NOT NULL, 
	mail_due_ns BIGINT, 
	CONSTRAINT pk_meeting_records PRIMARY KEY (meeting)
);
INSERT INTO "meeting_records" VALUES('m1','de-kade','serre',1795402800000000000,1795549800000000000,1795551000000000000,1,'e41be14e0225adf64a79d0aaa5087c47a587d4c526b08f4cbb4a3065e4e2b1d4','e313b1f490aaaf47b0d627778c8ecceada16a404aa09811e21d41463d8ba8cff','kept','kept','{"meeting":"m1","title":"Ledenavond","venue":"de-kade","venue_name":"De Kade","room":"serre","room_name":"Serre","timezone":"Europe/Amsterdam","planned_start":"2026-11-24T18:00:00Z","planned_end":"2026-11-24T19:30:00Z","expected_people":10,"presence":{"start":"2026-11-24T17:55:00Z","end":"2026-11-24T19:35:00Z","basis":"counted"},"policy":{"slug":"nl-target-1200","name":"","co2_warn_ppm":1000.0,"co2_limit_ppm":1200.0,"co2_clear_ppm":1100.0,"above_outdoor":false,"min_flow_lps":null,"min_flow_area_lps_m2":0.0,"area_m2_per_person":null,"one_suffices":false,"counts_cleaned_air":false,"co2_pending_s":300.0,"ventilation_pending_s":600.0,"occupancy_pending_s":60.0,"no_data_s":300.0,"clear_s":60.0,"kind":"advice","source":"TNO for VWS, ventilerenzogedaan.nl: a target value, not a hard limit","dated":"","note":"","names":{},"notes":{},"venue":null,"organisation":null,"venues":[]},"occupancy":{"verdict":"kept","why":null,"limit":12.0,"minutes_over":0.0,"worst":10.0,"worst_at":"2026-11-24T17:55:00Z","mean":10.0,"known_share":1.0,"error":0.0},"co2":{"verdict":"kept","why":null,"limit":1200.0,"minutes_over":0.0,"worst":700.0,"worst_at":"2026-11-24T17:55:00Z","mean":700.0,"known_share":1.0,"error":86.0},"flow":{"verdict":null,"why":"no_limit","limit":null,"minutes_over":null,"worst":null,"worst_at":null,"mean":null,"known_share":0.0,"error":0.0},"ventilation":{"verdict":"kept","why":null,"limit":1200.0,"minutes_over":0.0,"worst":700.0,"worst_at":"2026-11-24T17:55:00Z","mean":700.0,"known_share":1.0,"error":86.0},"people_by_air":null,"sensors":[{"device":"co2-1","kind":"air","model":"mh-z19c","interval_s":60.0,"expected":100,"received":100,"longest_gap_s":60.0,"calibrated_at":null,"error_ppm":null,"error_pct":null},{"device":"cam-1","kind":"people","model":null,"interval_s":null,"expected":null,"received":100,"longest_gap_s":60.0,"calibrated_at":null,"error_ppm":null,"error_pct":null}],"flags":[],"basis":{"people_from_ns":1795402800000000000,"from_ns":1795539600000000000,"to_ns":1795549800000000000,"readings":340,"sha256":"e41be14e0225adf64a79d0aaa5087c47a587d4c526b08f4cbb4a3065e4e2b1d4"},"curves":{"co2":[],"people":[],"flow":[]},"private":false}','[]',NULL);
CREATE TABLE meetings (
	id VARCHAR(64) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	title VARCHAR(300) NOT NULL, 
	start_ns BIGINT NOT NULL, 
	end_ns BIGINT NOT NULL, 
	expected_people INTEGER, 
	organiser VARCHAR(320), 
	policy VARCHAR(63), 
	activity VARCHAR(16), 
	host VARCHAR(320), 
	language VARCHAR(8), 
	feed VARCHAR(63), 
	uid TEXT, private BOOLEAN DEFAULT 0 NOT NULL, recurrence VARCHAR(32), protocol VARCHAR(63), series VARCHAR(64), repeats VARCHAR(100), 
	CONSTRAINT pk_meetings PRIMARY KEY (id), 
	CONSTRAINT ck_meetings_ends_after_start CHECK (end_ns > start_ns), 
	CONSTRAINT fk_meetings_policy FOREIGN KEY(policy) REFERENCES policies (slug), 
	CONSTRAINT fk_meetings_venue_room FOREIGN KEY(venue, room) REFERENCES rooms (venue, slug) ON DELETE CASCADE
);
INSERT INTO "meetings" VALUES('m1','de-kade','serre','Ledenavond',1795543200000000000,1795548600000000000,10,'o@example.org',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE organisation_grants (
	user VARCHAR(100) NOT NULL, 
	organisation VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_organisation_grants PRIMARY KEY (user, organisation, role), 
	CONSTRAINT fk_organisation_grants_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE, 
	CONSTRAINT fk_organisation_grants_organisation FOREIGN KEY(organisation) REFERENCES organisations (slug) ON DELETE CASCADE
);
CREATE TABLE organisation_season_mails (
	organisation VARCHAR(63) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_organisation_season_mails PRIMARY KEY (organisation, user), 
	CONSTRAINT fk_organisation_season_mails_organisation FOREIGN KEY(organisation) REFERENCES organisations (slug) ON DELETE CASCADE, 
	CONSTRAINT fk_organisation_season_mails_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE organisation_venues (
	venue VARCHAR(63) NOT NULL, 
	organisation VARCHAR(63) NOT NULL, 
	CONSTRAINT pk_organisation_venues PRIMARY KEY (venue), 
	CONSTRAINT fk_organisation_venues_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE, 
	CONSTRAINT fk_organisation_venues_organisation FOREIGN KEY(organisation) REFERENCES organisations (slug) ON DELETE CASCADE
);
CREATE TABLE organisations (
	slug VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	policy VARCHAR(63), 
	CONSTRAINT pk_organisations PRIMARY KEY (slug), 
	CONSTRAINT fk_organisations_policy FOREIGN KEY(policy) REFERENCES policies (slug)
);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	meeting VARCHAR(64) NOT NULL, 
	flag VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	recipient VARCHAR(320) NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	body TEXT NOT NULL, 
	created_ns BIGINT NOT NULL, 
	due_ns BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	sent_ns BIGINT, 
	given_up_ns BIGINT, 
	last_error TEXT, 
	sent_as VARCHAR(64), 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_meeting_flag_kind_recipient UNIQUE (meeting, flag, kind, recipient)
);
INSERT INTO "outbox" VALUES(1,'m1','report:m1','report','o@example.org','mail','de-kade','{"kind":"report","rule":"co2","venue":"de-kade","venue_name":"De Kade","language":"nl","timezone":"Europe/Amsterdam","room":"serre","room_name":"Serre","meeting":{"id":"m1","title":"Ledenavond","start":"2026-11-24T18:00:00Z","end":"2026-11-24T19:30:00Z","private":false},"since":"2026-11-24T17:55:00Z","at":"2026-11-24T19:35:00Z","value":700.0,"peak":700.0,"limit":1200.0,"advice":[],"evidence":[{"code":"occupancy","verdict":"kept","minutes_over":0.0,"worst":10.0,"limit":12.0},{"code":"ventilation","verdict":"kept","minutes_over":0.0,"worst":700.0,"limit":1200.0}],"flag":"","recipient_role":"organiser","severity":"act"}',1795551000000000000,0,0,NULL,NULL,NULL,NULL);
CREATE TABLE passkeys (
	number VARCHAR(32) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	label VARCHAR(100) NOT NULL, 
	site VARCHAR(253) NOT NULL, 
	credential BLOB NOT NULL, 
	public_key BLOB NOT NULL, 
	uses BIGINT NOT NULL, 
	made_ns BIGINT NOT NULL, 
	used_ns BIGINT, 
	CONSTRAINT pk_passkeys PRIMARY KEY (number), 
	CONSTRAINT fk_passkeys_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE placements (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	device VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	since_ns BIGINT NOT NULL, 
	until_ns BIGINT, 
	CONSTRAINT pk_placements PRIMARY KEY (id), 
	CONSTRAINT fk_placements_venue_room FOREIGN KEY(venue, room) REFERENCES rooms (venue, slug) ON DELETE CASCADE, 
	CONSTRAINT uq_placements_venue_device_since_ns UNIQUE (venue, device, since_ns)
);
INSERT INTO "placements" VALUES(1,'de-kade','co2-1','serre',0,NULL);
CREATE TABLE policies (
	slug VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	co2_warn_ppm FLOAT, 
	co2_limit_ppm FLOAT, 
	co2_clear_ppm FLOAT, 
	above_outdoor BOOLEAN NOT NULL, 
	min_flow_lps FLOAT, 
	min_flow_area_lps_m2 FLOAT NOT NULL, 
	area_m2_per_person FLOAT, 
	one_suffices BOOLEAN NOT NULL, 
	counts_cleaned_air BOOLEAN NOT NULL, 
	co2_pending_s FLOAT NOT NULL, 
	ventilation_pending_s FLOAT NOT NULL, 
	occupancy_pending_s FLOAT NOT NULL, 
	no_data_s FLOAT NOT NULL, 
	clear_s FLOAT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	source TEXT NOT NULL, 
	dated VARCHAR(10) NOT NULL, 
	note TEXT NOT NULL, 
	names TEXT DEFAULT '{}' NOT NULL, notes TEXT DEFAULT '{}' NOT NULL, venue VARCHAR(63), organisation VARCHAR(63), 
	CONSTRAINT pk_policies PRIMARY KEY (slug)
);
INSERT INTO "policies" VALUES('nl-target-1200','',1000.0,1200.0,1100.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'advice','TNO for VWS, ventilerenzogedaan.nl: a target value, not a hard limit','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-bbl-assembly','',NULL,NULL,NULL,0,4.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not confirmed): other assembly function, 4 dm3/s per person','2024-01-01','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-bbl-office','',NULL,NULL,NULL,0,6.5,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not confirmed): office function, 6.5 dm3/s per person','2024-01-01','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-bbl-education','',NULL,NULL,NULL,0,8.5,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, table 3.28, in the Bbl since 2024 (same figure there: not confirmed): education function, 8.5 dm3/s per person','2024-01-01','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-existing-assembly','',NULL,NULL,NULL,0,2.12,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, existing buildings, other assembly function: 2.12 dm3/s per person; not confirmed against the text','2012','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-existing-office','',NULL,NULL,NULL,0,3.44,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, existing buildings, office function: 3.44 dm3/s per person; not confirmed against the text','2012','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-existing-education','',NULL,NULL,NULL,0,3.44,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'law','Bouwbesluit 2012, existing buildings, education function: 3.44 dm3/s per person (bouwregelwerk.org); earlier permits keep their own rights','2012','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-schools-1200','',1000.0,1200.0,1100.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','RIVM''s advice for schools, as quoted by hitma.nl: stay below 1200 ppm','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-new-schools-950','',800.0,950.0,900.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','RIVM''s advice for schools, as quoted by hitma.nl: new buildings aim at 950 ppm','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-frisse-scholen-a','',700.0,800.0,750.0,0,12.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; the flow per person is not confirmed against the text','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-frisse-scholen-b','',800.0,950.0,900.0,0,8.5,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; the flow per person is not confirmed against the text','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-frisse-scholen-c','',1000.0,1200.0,1100.0,0,6.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','Programma van Eisen Frisse Scholen, by the Arbocatalogus VO; the flow per person is not confirmed against the text','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('breeam-nl-i','',250.0,300.0,270.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 700 ppm','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('breeam-nl-ii','',370.0,450.0,410.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 850 ppm','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('breeam-nl-iii','',600.0,750.0,680.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','BREEAM-NL, HEA 9.1, by category and with outdoor air of 400 ppm: 1,150 ppm','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-distance-1-5-m','',NULL,NULL,NULL,0,NULL,0.0,2.25,0,0,300.0,600.0,60.0,300.0,60.0,'expired','Dutch rule for seated visitors; 2.25 m2 is a square grid of 1.5 m, walls left out','2022-01','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-5-m2','',NULL,NULL,NULL,0,NULL,0.0,5.0,0,0,300.0,600.0,60.0,300.0,60.0,'expired','Dutch rule for places where people walk through, as reported by bd.nl','2022-01','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('nl-10-m2','',NULL,NULL,NULL,0,NULL,0.0,10.0,0,0,300.0,600.0,60.0,300.0,60.0,'expired','Dutch rule for places where people walk through, as reported by omroepwest.nl','2021-06-05','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('be-a-900','',800.0,900.0,850.0,0,11.1,0.0,NULL,1,0,300.0,600.0,60.0,300.0,60.0,'law','Belgian law of 6 November 2022 on the air of rooms open to the public (health.belgium.be), level A: 900 ppm, or 40 m3/h per person of which 25 outdoor air','2022-11-06','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('be-b-1200','',1000.0,1200.0,1100.0,0,6.9,0.0,NULL,1,0,300.0,600.0,60.0,300.0,60.0,'law','Belgian law of 6 November 2022 on the air of rooms open to the public (health.belgium.be), level B: 1200 ppm, or 25 m3/h per person','2022-11-06','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('be-codex-900','',800.0,900.0,850.0,0,11.1,0.0,NULL,1,0,300.0,600.0,60.0,300.0,60.0,'law','Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 (prebes.be): 900 ppm, or 40 m3/h per person','2019-05-02','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('be-codex-outdoor-500','',400.0,500.0,450.0,1,11.1,0.0,NULL,1,0,300.0,600.0,60.0,300.0,60.0,'law','Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 (prebes.be): 900 ppm read as outdoors + 500 (airquality.one, luxbalance.com)','2019-05-02','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('be-codex-1200','',1000.0,1200.0,1100.0,0,6.9,0.0,NULL,1,0,300.0,600.0,60.0,300.0,60.0,'law','Belgian Codex on well-being at work, art. III.1-34, as changed on 2 May 2019 (prebes.be): where all sources but people were taken away, 1200 ppm or 25 m3/h','2019-05-02','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('en-16798-1-i','',450.0,550.0,500.0,1,10.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against the text','2019','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('en-16798-1-ii','',650.0,800.0,725.0,1,7.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against the text','2019','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('en-16798-1-iii','',1100.0,1350.0,1250.0,1,4.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against the text','2019','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('en-16798-1-iv','',NULL,NULL,NULL,0,2.5,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','EN 16798-1:2019, CO2 by RWTH-E3D/carbonfly; the flow is not confirmed against the text; this category has no CO2 limit: it is all above category III','2019','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('hse-1500','',800.0,1500.0,1400.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','UK HSE, using CO2 monitors: below 800 well ventilated, above 1500 act','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('de-uba-2000','',1000.0,2000.0,1900.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','German UBA, as quoted by ch.elv.com: below 1000 harmless, above 2000 unacceptable','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ch-seco-1400','',1000.0,1400.0,1300.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','Swiss SECO on ArGV3, as quoted by dreiecktechnik.ch: steps at 1000, 1400 and 2000 ppm','','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('fr-hcsp-1500','',800.0,1500.0,1400.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','French HCSP, opinion on CO2 in rooms open to the public (projetco2.fr)','2022-01-22','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('fr-hcsp-800','',700.0,800.0,750.0,0,13.9,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','French HCSP, opinion on ventilation in an exceptional epidemic (preventioninfection.fr)','2023-10-12','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('rehva-1000','',800.0,1000.0,900.0,0,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'advice','REHVA COVID-19 guidance, version 4: orange at 800, red at 1000; not confirmed against the text','2020-11-17','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('who-10','',NULL,NULL,NULL,0,10.0,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','WHO roadmap for indoor ventilation, ISBN 978-92-4-002128-0, non-residential (summary at val-center.com)','2021','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-62-1-meeting','',NULL,NULL,NULL,0,2.5,0.3,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by felipesoberon/ASHRAE62.1VRP: conference/meeting','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-62-1-lecture','',NULL,NULL,NULL,0,3.8,0.3,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by felipesoberon/ASHRAE62.1VRP: lecture classroom','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-62-1-restaurant','',NULL,NULL,NULL,0,3.8,0.9,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1, table 6-1 (Rp per person and Ra per m2), by felipesoberon/ASHRAE62.1VRP: restaurant and bar','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-dcv-office','',500.0,600.0,550.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP: office','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-dcv-lecture','',1000.0,1200.0,1100.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP: lecture, bar','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-dcv-meeting','',1250.0,1500.0,1400.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP: conference, restaurant','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-dcv-assembly','',1500.0,1800.0,1700.0,1,NULL,0.0,NULL,0,0,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 62.1-2022, CO2 ceilings for demand control, by felipesoberon/ASHRAE62.1VRP: multipurpose assembly, auditorium','2022','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-241-office','',NULL,NULL,NULL,0,15.0,0.0,NULL,0,1,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: office','2023','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-241-lecture','',NULL,NULL,NULL,0,25.0,0.0,NULL,0,1,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: lecture hall','2023','','{}','{}',NULL,NULL);
INSERT INTO "policies" VALUES('ashrae-241-food','',NULL,NULL,NULL,0,30.0,0.0,NULL,0,1,300.0,600.0,60.0,300.0,60.0,'guideline','ASHRAE 241-2023, table 5-1, by felipesoberon/ASHRAE241-WR: food and drink','2023','','{}','{}',NULL,NULL);
CREATE TABLE protocol_versions (
	protocol VARCHAR(63) NOT NULL, 
	version INTEGER NOT NULL, 
	since_ns BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_protocol_versions PRIMARY KEY (protocol, version)
);
CREATE TABLE protocols (
	slug VARCHAR(63) NOT NULL, 
	venue VARCHAR(63), 
	version INTEGER NOT NULL, 
	body TEXT NOT NULL, organisation VARCHAR(63), 
	CONSTRAINT pk_protocols PRIMARY KEY (slug)
);
CREATE TABLE push_subscriptions (
	number VARCHAR(32) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	label VARCHAR(100) NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	endpoint TEXT NOT NULL, 
	p256dh VARCHAR(100) NOT NULL, 
	auth VARCHAR(40) NOT NULL, 
	made_ns BIGINT NOT NULL, 
	CONSTRAINT pk_push_subscriptions PRIMARY KEY (number), 
	CONSTRAINT fk_push_subscriptions_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE push_venues (
	subscription VARCHAR(32) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	CONSTRAINT pk_push_venues PRIMARY KEY (subscription, venue), 
	CONSTRAINT fk_push_venues_subscription_push_subscriptions FOREIGN KEY(subscription) REFERENCES push_subscriptions (number) ON DELETE CASCADE, 
	CONSTRAINT fk_push_venues_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	at_ns BIGINT NOT NULL, 
	topic VARCHAR(400) NOT NULL, 
	reason VARCHAR(32) NOT NULL, 
	detail TEXT NOT NULL, 
	payload BLOB NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (id)
);
CREATE TABLE requests (
	id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	venue VARCHAR(63), 
	room VARCHAR(63), 
	flag VARCHAR(64), 
	body TEXT NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	done_ns BIGINT, 
	CONSTRAINT pk_requests PRIMARY KEY (id)
);
CREATE TABLE revision (
	id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (id)
);
INSERT INTO "revision" VALUES(1,48);
CREATE TABLE revoked_meetings (
	meeting VARCHAR(64) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_revoked_meetings PRIMARY KEY (meeting)
);
CREATE TABLE room_counts (
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	set_people INTEGER, 
	reset_ns BIGINT NOT NULL, 
	lowest BIGINT NOT NULL, 
	CONSTRAINT pk_room_counts PRIMARY KEY (venue, room)
);
CREATE TABLE room_tests (
	id VARCHAR(16) NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63) NOT NULL, 
	conditions VARCHAR(200) NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	started_ns BIGINT NOT NULL, 
	volume_m3 FLOAT, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(16), 
	ended_ns BIGINT, 
	stopped_by VARCHAR(100), 
	device VARCHAR(63), 
	calibrated_ns BIGINT, 
	outdoor_ppm FLOAT, 
	air_changes_per_h FLOAT, 
	low FLOAT, 
	high FLOAT, 
	end_ppm FLOAT, 
	excess_ppm FLOAT, 
	noise_ppm FLOAT, 
	correlation FLOAT, 
	spans INTEGER, 
	CONSTRAINT pk_room_tests PRIMARY KEY (id), 
	CONSTRAINT fk_room_tests_venue_rooms FOREIGN KEY(venue, room) REFERENCES rooms (venue, slug) ON DELETE CASCADE
);
CREATE TABLE rooms (
	venue VARCHAR(63) NOT NULL, 
	slug VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	volume_m3 FLOAT, 
	floor_area_m2 FLOAT, 
	seats INTEGER, 
	policy VARCHAR(63), 
	design_flow_lps FLOAT, ventilation VARCHAR(16), air_from VARCHAR(16), protocol VARCHAR(63), position INTEGER, archived_ns BIGINT, 
	CONSTRAINT pk_rooms PRIMARY KEY (venue, slug), 
	CONSTRAINT fk_rooms_policy FOREIGN KEY(policy) REFERENCES policies (slug), 
	CONSTRAINT fk_rooms_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
INSERT INTO "rooms" VALUES('de-kade','serre','Serre',140.0,48.0,12,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE season_mails (
	venue VARCHAR(63) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_season_mails PRIMARY KEY (venue, user), 
	CONSTRAINT fk_season_mails_venue FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE, 
	CONSTRAINT fk_season_mails_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE seasons (
	scope VARCHAR(80) NOT NULL, 
	from_day VARCHAR(10) NOT NULL, 
	to_day VARCHAR(10) NOT NULL, 
	version INTEGER NOT NULL, 
	made_ns BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	history TEXT NOT NULL, 
	CONSTRAINT pk_seasons PRIMARY KEY (scope, from_day, to_day)
);
CREATE TABLE sessions (
	hash VARCHAR(64) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	begun_ns BIGINT NOT NULL, 
	seen_ns BIGINT NOT NULL, 
	stays BOOLEAN NOT NULL, 
	agent VARCHAR(200) NOT NULL, 
	address VARCHAR(45) NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (hash), 
	CONSTRAINT fk_sessions_user_users FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE silences (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	room VARCHAR(63), 
	rule VARCHAR(32), 
	since_ns BIGINT NOT NULL, 
	until_ns BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	"by" VARCHAR(100) NOT NULL, 
	ended_ns BIGINT, 
	ended_by VARCHAR(100), 
	CONSTRAINT pk_silences PRIMARY KEY (id)
);
CREATE TABLE sources (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	filter TEXT NOT NULL, 
	body TEXT NOT NULL, 
	made_ns BIGINT NOT NULL, 
	CONSTRAINT pk_sources PRIMARY KEY (id), 
	CONSTRAINT fk_sources_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE TABLE tokens (
	hash VARCHAR(64) NOT NULL, 
	user VARCHAR(100) NOT NULL, 
	label VARCHAR(100) NOT NULL, 
	created_ns BIGINT NOT NULL, 
	last_used_ns BIGINT, scopes VARCHAR(100), venues TEXT, expires_ns BIGINT, 
	CONSTRAINT pk_tokens PRIMARY KEY (hash), 
	CONSTRAINT fk_tokens_user FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE TABLE unsubscriptions (
	venue VARCHAR(63) NOT NULL, 
	address VARCHAR(320) NOT NULL, 
	topic VARCHAR(16) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	CONSTRAINT pk_unsubscriptions PRIMARY KEY (venue, address, topic)
);
CREATE TABLE users (
	name VARCHAR(100) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	password_hash TEXT, 
	created_ns BIGINT NOT NULL, disabled_ns BIGINT, language VARCHAR(16), email VARCHAR(254), email_verified BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (name)
);
INSERT INTO "users" VALUES('anna','admin','$argon2id$v=19$m=65536,t=3,p=4$jOwIuVasItLLRvOgcLp2LA$41+OywQUzPG/JjY5TT/vcXYx7gN9O9Vcb8XBm3Bp32E',1795548600000000000,NULL,NULL,NULL,0);
CREATE TABLE venues (
	slug VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	timezone VARCHAR(64) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	reset_at VARCHAR(5) NOT NULL, 
	trust_hints BOOLEAN NOT NULL, 
	legal_policy VARCHAR(63), 
	healthy_policy VARCHAR(63), 
	quiet_from VARCHAR(5), 
	quiet_until VARCHAR(5), 
	escalate_after_min INTEGER, protocol VARCHAR(63), 
	CONSTRAINT pk_venues PRIMARY KEY (slug), 
	CONSTRAINT fk_venues_healthy_policy FOREIGN KEY(healthy_policy) REFERENCES policies (slug), 
	CONSTRAINT fk_venues_legal_policy FOREIGN KEY(legal_policy) REFERENCES policies (slug)
);
INSERT INTO "venues" VALUES('de-kade','De Kade','Europe/Amsterdam','nl','04:00',0,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE webhook_messages (
	id INTEGER NOT NULL, 
	webhook INTEGER NOT NULL, 
	event VARCHAR(36) NOT NULL, 
	type VARCHAR(40) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	at_ns BIGINT NOT NULL, 
	data TEXT NOT NULL, 
	due_ns BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	tried_ns BIGINT, 
	first_wall_ns BIGINT, 
	sent_ns BIGINT, 
	given_up_ns BIGINT, 
	status INTEGER, 
	error TEXT, 
	CONSTRAINT pk_webhook_messages PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_messages_webhook_webhooks FOREIGN KEY(webhook) REFERENCES webhooks (id) ON DELETE CASCADE, 
	CONSTRAINT uq_webhook_messages_webhook_event UNIQUE (webhook, event)
);
CREATE TABLE webhooks (
	id INTEGER NOT NULL, 
	venue VARCHAR(63) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	url TEXT NOT NULL, 
	secret VARCHAR(100) NOT NULL, 
	events VARCHAR(400) NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	CONSTRAINT pk_webhooks PRIMARY KEY (id), 
	CONSTRAINT fk_webhooks_venue_venues FOREIGN KEY(venue) REFERENCES venues (slug) ON DELETE CASCADE
);
CREATE INDEX ix_flag_history_flag ON flag_history (flag);
CREATE INDEX ix_flag_history_published ON flag_history (published);
CREATE INDEX ix_flags_since_ns ON flags (since_ns);
CREATE INDEX ix_flags_venue_room_state ON flags (venue, room, state);
CREATE INDEX ix_meeting_flags_flag ON meeting_flags (flag);
CREATE INDEX ix_outbox_flag ON outbox (flag);
CREATE INDEX ix_outbox_sent_ns_given_up_ns_due_ns ON outbox (sent_ns, given_up_ns, due_ns);
CREATE INDEX ix_outbox_recipient_venue_sent_ns ON outbox (recipient, venue, sent_ns);
CREATE INDEX ix_delivery_attempts_message ON delivery_attempts (message);
CREATE INDEX ix_delivery_attempts_channel_id ON delivery_attempts (channel, id);
CREATE INDEX ix_requests_done_ns ON requests (done_ns);
CREATE INDEX ix_tokens_user ON tokens (user);
CREATE INDEX ix_meetings_end_ns ON meetings (end_ns);
CREATE INDEX ix_meetings_feed ON meetings (feed);
CREATE INDEX ix_meetings_venue_room_start_ns ON meetings (venue, room, start_ns);
CREATE INDEX ix_feeds_venue ON feeds (venue);
CREATE INDEX ix_silences_until_ns ON silences (until_ns);
CREATE INDEX ix_meeting_records_venue_room_to_ns ON meeting_records (venue, room, to_ns);
CREATE INDEX ix_meeting_records_mail_due_ns ON meeting_records (mail_due_ns);
CREATE INDEX ix_door_decisions_venue_device_id ON door_decisions (venue, device, id);
CREATE INDEX ix_sessions_user ON sessions (user);
CREATE INDEX ix_audit_at_ns ON audit (at_ns);
CREATE INDEX ix_audit_venue_at_ns ON audit (venue, at_ns);
CREATE INDEX ix_idempotency_keys_begun_ns ON idempotency_keys (begun_ns);
CREATE INDEX ix_grants_venue ON grants (venue);
CREATE INDEX ix_passkeys_user ON passkeys (user);
CREATE INDEX ix_links_venue_made_ns ON links (venue, made_ns);
CREATE INDEX ix_links_expires_ns ON links (expires_ns);
CREATE INDEX ix_link_meetings_meeting ON link_meetings (meeting);
CREATE INDEX ix_webhooks_venue ON webhooks (venue);
CREATE INDEX ix_webhook_messages_sent_ns_given_up_ns_due_ns ON webhook_messages (sent_ns, given_up_ns, due_ns);
CREATE INDEX ix_kiosks_user ON kiosks (user);
CREATE INDEX ix_kiosks_venue ON kiosks (venue);
CREATE INDEX ix_identities_user ON identities (user);
CREATE INDEX ix_room_tests_venue_room_started_ns ON room_tests (venue, room, started_ns);
CREATE INDEX ix_seasons_scope_made_ns ON seasons (scope, made_ns);
CREATE INDEX ix_meetings_series ON meetings (series);
CREATE INDEX ix_organisation_venues_organisation ON organisation_venues (organisation);
CREATE INDEX ix_organisation_grants_organisation ON organisation_grants (organisation);
CREATE INDEX ix_sources_venue ON sources (venue);
CREATE INDEX ix_annotations_venue_since_ns ON annotations (venue, since_ns);
CREATE INDEX ix_push_subscriptions_user ON push_subscriptions (user);
CREATE INDEX ix_push_venues_venue ON push_venues (venue);
CREATE INDEX ix_declarations_meeting ON declarations (meeting);
COMMIT;
