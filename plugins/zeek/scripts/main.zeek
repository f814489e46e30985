##! Whenever conn.log is rotated, writes a copy of it to which oddport has added its labels, beside it as
##! conn-oddport.OPENED.log. The rotated log itself stays under the name that Zeek has given it.

@load base/protocols/conn

module Oddport;

export {
	## The program, if it is not in Zeek's path.
	const program = "oddport" &redef;

	## The watched ports.
	const ports = "500-1023" &redef;

	## How often conn.log is rotated where Zeek would not rotate it by itself.
	const rotation_interval = 1 hr &redef;
}

function add_labels(info: Log::RotationInfo): bool
	{
	local opened = strftime("%Y-%m-%d-%H-%M-%S", info$open);
	local enriched = fmt("%s-oddport.%s.log", info$path, opened);
	system(fmt("%s enrich --ports %s %s >%s", safe_shell_quote(program), safe_shell_quote(ports),
	           safe_shell_quote(info$fname), safe_shell_quote(enriched)));
	return T;
	}

event zeek_init() &priority=-5
	{
	local filter = Log::get_filter(Conn::LOG, "default");
	filter$postprocessor = add_labels;
	if ( Log::default_rotation_interval == 0 secs )
		filter$interv = rotation_interval;
	Log::add_filter(Conn::LOG, filter);
	}
