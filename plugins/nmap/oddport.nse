local base = _G
local io = require "io"
local json = require "json"
local nmap = require "nmap"
local os = require "os"
local stdnse = require "stdnse"
local string = require "string"
local table = require "table"

description = [[
Says what is on the obscure ports 500-1023, by what its bytes are: the label, the protocol and the reason of oddport.

Every open or open|filtered port of the range gets one of the labels "expected" (the port's assignee, in normal use), "legacy" (an
obsolete protocol on its own port), "unofficial" (a recognized protocol on a port that is not its own) or "unknown", whether or not
the registry knows the number. What version detection saw is judged first. The ports that it does not settle are asked by the program
oddport, all those of a host at once, harmlessly and from this machine: proxies and decoys of nmap are not used. The service's name is set only where
the protocol was confirmed and version detection was not sure itself.

The script needs the program oddport (its commands "label" and "scan").
]]

---
-- @usage nmap -sV --script oddport -p 500-1023 <target>
-- @usage nmap -sS -sU --script ./oddport.nse --script-args oddport.path=/opt/oddport/oddport -p 500-1023 <target>
--
-- @args oddport.path    The program, if it is not in the path.
-- @args oddport.ports   The ports to look at, such as "500-1023" (default) or "596,700-710".
-- @args oddport.timeout How long to wait for the program, in all for one host (default 2m).
-- @args oddport.rules   A file of rules of your own.
--
-- @output
-- PORT    STATE SERVICE
-- 596/tcp open  ssh
-- | oddport:
-- |   label: unofficial
-- |   protocol: ssh
-- |   certainty: confirmed
-- |   reason: SSH (server says SSH-2.0-OpenSSH_9.2p1 Debian-2) on 596/tcp, which is assigned to smsd, a protocol with no public wire format.
-- |   assignment: smsd (ghost)
-- |   evidence:
-- |_    server: SSH-2.0-OpenSSH_9.2p1 Debian-2
--
-- @xmloutput
-- <elem key="label">unofficial</elem>
-- <elem key="protocol">ssh</elem>
-- <elem key="certainty">confirmed</elem>
-- <elem key="reason">SSH (server says SSH-2.0-OpenSSH_9.2p1 Debian-2) on 596/tcp, ...</elem>
-- <elem key="assignment">smsd (ghost)</elem>
-- <table key="evidence">
--   <elem>server: SSH-2.0-OpenSSH_9.2p1 Debian-2</elem>
-- </table>

author = "oddport"
license = "MIT"
categories = {"safe", "discovery", "version"}

local function argument(name, default)
  return stdnse.get_script_args("oddport." .. name) or default
end

-- The port's number lies in a list such as "596,700-710".
local function is_watched(number)
  for first, last in string.gmatch(argument("ports", "500-1023") .. ",", "(%d+)%-?(%d*),") do
    local low = base.tonumber(first)
    local high = base.tonumber(last) or low
    if number >= low and number <= high then return true end
  end
  return false
end

portrule = function(host, port)
  return (port.state == "open" or port.state == "open|filtered") and (port.protocol == "tcp" or port.protocol == "udp") and
         is_watched(port.number)
end

local function shell_quoted(text)
  return "'" .. string.gsub(text, "'", "'\\''") .. "'"
end

local function lines_of(path)
  local lines = {}
  local file = io.open(path, "r")
  if not file then return lines end
  for line in file:lines() do lines[#lines + 1] = line end
  file:close()
  return lines
end

-- A folder that nobody else can look into; nil where there can be none.
local function make_folder()
  local pipe = io.popen("mktemp -d 2>/dev/null", "r")
  if not pipe then return nil end
  local path = pipe:read("l")
  pipe:close()
  return path and path ~= "" and path or nil
end

local function remove_folder(folder)
  for _, name in base.ipairs({"out", "err", "status", "questions", "resume"}) do os.remove(folder .. "/" .. name) end
  os.remove(folder)
end

-- The lines that the program writes; or nil, and what went wrong. Other scripts and hosts go on while it runs.
local function run_program(folder, arguments)
  os.remove(folder .. "/status")
  local here = shell_quoted(folder)
  os.execute(string.format("{ %s %s >%s/out 2>%s/err; echo $? >%s/status; } >/dev/null 2>&1 </dev/null &",
                           shell_quoted(argument("path", "oddport")), arguments, here, here, here))
  local patience = stdnse.parse_timespec(argument("timeout", "2m")) or 120
  local start = nmap.clock()
  local status
  repeat
    stdnse.sleep(0.02)
    status = base.tonumber(lines_of(folder .. "/status")[1] or "")
  until status or nmap.clock() - start > patience
  -- 3: something could not be asked; what could be is told.
  if status == 0 or status == 3 then return lines_of(folder .. "/out") end
  if not status then return nil, string.format("the program oddport did not end in %d seconds", patience) end
  if status == 126 or status == 127 then
    return nil, "the program oddport cannot be run: install it, or give --script-args oddport.path=/path/to/oddport"
  end
  return nil, lines_of(folder .. "/err")[1] or string.format("the program oddport failed with status %d", status)
end

-- The probes of version detection by name, from the file that this nmap uses: their answers mean nothing without them.
local function version_probes()
  local known = nmap.registry.oddport or {}
  nmap.registry.oddport = known
  if known.probes then return known.probes end
  known.probes = {NULL = ""}
  local path = nmap.fetchfile("nmap-service-probes")
  local file = path and io.open(path, "r")
  if not file then return known.probes end
  for line in file:lines() do
    local name, delimiter, rest = string.match(line, "^Probe %u+ (%S+) q(.)(.*)$")
    local last = name and string.find(rest, delimiter, 1, true)
    if last then known.probes[name] = string.sub(rest, 1, last - 1) end
  end
  file:close()
  return known.probes
end

-- Bytes that stand escaped in the manner of C.
local function unescape(text)
  local plain = {r = "\r", n = "\n", t = "\t", ["0"] = "\0", a = "\a", b = "\b", f = "\f", v = "\v"}
  return (string.gsub(text, "\\(x?)(.)(%x?)", function(x, one, two)
    if x == "x" and two ~= "" then return string.char(base.tonumber(one .. two, 16)) end
    return x .. (plain[one] or one) .. two
  end))
end

-- What version detection was told and did not recognize, out of its fingerprint: %r(NAME,LENGTH,"BYTES") for each probe.
local function seen_by_version_detection(port)
  local talks = {}
  local print = port.version and port.version.service_fp
  if not print then return talks end
  print = string.gsub(print, "\n?SF:", "")
  for name, quoted in string.gmatch(print, '%%r%(([%w_%-]+),%x+,"(.-)"%)') do
    local probe = version_probes()[name]
    if probe then
      local asked, said = unescape(probe), unescape(quoted)
      local talk = {}
      if asked ~= "" then talk[1] = {from = "client", hex = stdnse.tohex(asked)} end
      if said ~= "" then talk[#talk + 1] = {from = "server", hex = stdnse.tohex(said)} end
      talks[#talks + 1] = talk
    end
  end
  return talks
end

-- One line of JSON for a talk; without what was asked where `server_only`.
local function question_line(host, port, messages, server_only)
  local lines = {}
  for _, message in base.ipairs(messages) do
    if message.from == "server" or not server_only then
      lines[#lines + 1] = string.format('{"from":"%s","hex":"%s"}', message.from, message.hex)
    end
  end
  return string.format('{"port":"%d/%s","server":{"ip":"%s"},"source":"probe","messages":[%s]}\n', port.number, port.protocol,
                       host.ip, table.concat(lines, ","))
end

local function key_of(port)
  return port.number .. "/" .. port.protocol
end

local function rules_arguments()
  local rules = argument("rules", nil)
  return rules and " --rules " .. shell_quoted(rules) or ""
end

-- The confirmed ones of the verdicts on what version detection was told, by port. A talk is judged as a whole, and by the server's words alone.
local function judge_version_detection(folder, host, ports)
  local verdicts, asked = {}, {}
  local file = io.open(folder .. "/questions", "w")
  if not file then return verdicts end
  for _, port in base.ipairs(ports) do
    for _, messages in base.ipairs(seen_by_version_detection(port)) do
      file:write(question_line(host, port, messages, false), question_line(host, port, messages, true))
      asked[#asked + 1] = port
      asked[#asked + 1] = port
    end
  end
  file:close()
  if #asked == 0 then return verdicts end
  local lines, fault = run_program(folder, "label" .. rules_arguments() .. " " .. shell_quoted(folder .. "/questions"))
  for number, line in base.ipairs(lines or {}) do
    local fine, record = json.parse(line)
    if fine and asked[number] and record.certainty == "confirmed" then verdicts[key_of(asked[number])] = record end
  end
  return verdicts, fault
end

-- "T:512,596" and "U:520" of those that have no verdict yet; nil of none.
local function still_to_ask(ports, verdicts, protocol)
  local numbers = {}
  for _, port in base.ipairs(ports) do
    if port.protocol == protocol and not verdicts[key_of(port)] then numbers[#numbers + 1] = port.number end
  end
  if #numbers == 0 then return nil end
  return (protocol == "tcp" and "T:" or "U:") .. table.concat(numbers, ",")
end

-- Adds the verdicts of a dialogue with each port that has none; returns what went wrong.
local function ask_the_rest(folder, host, ports, verdicts)
  local tcp, udp = still_to_ask(ports, verdicts, "tcp"), still_to_ask(ports, verdicts, "udp")
  if not tcp and not udp then return nil end
  local kind = not udp and "-sT" or tcp and "-sSU" or "-sU"
  local list = tcp and udp and tcp .. "," .. udp or tcp or udp
  local way = string.find(host.ip, "^fe80:") and host.interface and " -e " .. shell_quoted(host.interface) or ""
  local lines, fault = run_program(folder, string.format("scan -q -n --pseudo --format ndjson --resume %s %s%s%s -p %s %s",
                                                         shell_quoted(folder .. "/resume"), kind, way, rules_arguments(), list,
                                                         shell_quoted(host.ip)))
  for _, line in base.ipairs(lines or {}) do
    local fine, record = json.parse(line)
    if fine and record.server then verdicts[record.server.port .. "/" .. record.transport] = record end
  end
  return fault
end

-- The ports of the host that this script labels.
local function watched_ports(host)
  local ports = {}
  for _, protocol in base.ipairs({"tcp", "udp"}) do
    for _, state in base.ipairs({"open", "open|filtered"}) do
      local port = nmap.get_ports(host, nil, protocol, state)
      while port do
        if is_watched(port.number) then ports[#ports + 1] = port end
        port = nmap.get_ports(host, port, protocol, state)
      end
    end
  end
  return ports
end

-- Of all ports of the host at once, for each start of the program takes its time: {verdicts = BY PORT, fault = WHAT WENT WRONG}.
local function find_out(host)
  local folder = make_folder()
  if not folder then return {verdicts = {}, fault = "no temporary folder can be made"} end
  local ports = watched_ports(host)
  local verdicts, fault = judge_version_detection(folder, host, ports)
  fault = fault or ask_the_rest(folder, host, ports, verdicts)
  remove_folder(folder)
  return {verdicts = verdicts, fault = fault}
end

-- The first port that comes finds out, the others of the host wait for it.
local function findings_of(host)
  local mutex = nmap.mutex("oddport " .. host.ip)
  mutex("lock")
  host.registry.oddport = host.registry.oddport or find_out(host)
  mutex("done")
  return host.registry.oddport
end

local function is_named(record)
  return base.type(record.protocol) == "string"
end

-- Set only where it was proved, and never over what version detection is sure of.
local function set_service(host, port, record)
  local sure = port.version and (port.version.name_confidence or 0) > 5
  if record.certainty ~= "confirmed" or not is_named(record) or sure then return end
  port.version = port.version or {}
  port.version.name = record.protocol
  port.version.name_confidence = 10
  nmap.set_port_version(host, port, "hardmatched")
end

local function output_of(record)
  local out = stdnse.output_table()
  if base.type(record.label) == "string" then out.label = record.label end
  if is_named(record) then out.protocol = record.protocol end
  out.certainty = record.certainty
  out.reason = record.reason
  local service = record.assignment.service
  out.assignment = base.type(service) == "string" and string.format("%s (%s)", service, record.assignment.status) or
                   record.assignment.status
  if record.evidence and #record.evidence > 0 then out.evidence = record.evidence end
  if record.traits and #record.traits > 0 then out.traits = record.traits end
  if record.rules and #record.rules > 0 then out.rules = record.rules end
  return out
end

-- Once in a run: every port would say the same.
local function tell_once(fault)
  nmap.registry.oddport = nmap.registry.oddport or {}
  if nmap.registry.oddport.told == fault then return nil end
  nmap.registry.oddport.told = fault
  return fault
end

action = function(host, port)
  local found = findings_of(host)
  local record = found.verdicts[key_of(port)]
  if not record then return found.fault and tell_once(found.fault) or nil end
  if base.type(record.label) == "string" then
    if port.state == "open|filtered" then nmap.set_port_state(host, port, "open") end
    set_service(host, port, record)
  end
  return output_of(record)
end
