local base = _G
local io = require "io"
local json = require "json"
local math = require "math"
local nmap = require "nmap"
local os = require "os"
local stdnse = require "stdnse"
local string = require "string"
local table = require "table"

description = [[
Says what is on the obscure ports 500-1023, by what its bytes are: the label, the protocol and the reason of oddport.

Every open or open|filtered port of the range gets one of the labels "expected" (the port's assignee, in normal use), "legacy" (an
obsolete protocol on its own port), "unofficial" (a recognized protocol on a port that is not its own) or "unknown", whether or not
the registry knows the number. What version detection saw is used; only what is missing is asked, at most eight harmless questions a
port. The service's name is set only where the protocol was confirmed and version detection was not sure itself.

The script needs the program oddport (its commands "label" and "protocols").
]]

---
-- @usage nmap -sV --script oddport -p 500-1023 <target>
-- @usage nmap -sS -sU --script ./oddport.nse --script-args oddport.path=/opt/oddport/oddport -p 500-1023 <target>
--
-- @args oddport.path    The program, if it is not in the path.
-- @args oddport.ports   The ports to look at, such as "500-1023" (default) or "596,700-710".
-- @args oddport.timeout How long to wait for an answer (default 2s).
-- @args oddport.listen  How long to wait for a server that speaks first (default 1s).
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

local MOST_QUESTIONS = 8
-- Whose question is asked on any port, for these are what squats most; the likeliest first.
local ANYWHERE = {
  tcp = {"tls", "http", "mqtt", "socks5", "dns", "onc-rpc"},
  udp = {"dns", "onc-rpc"},
}
local MOST_BYTES = 4096
local CERTAINTIES = {none = 0, hint = 1, likely = 2, confirmed = 3}

local function argument(name, default)
  return stdnse.get_script_args("oddport." .. name) or default
end

local function parse_seconds(name, default)
  return stdnse.parse_timespec(argument(name, default)) or stdnse.parse_timespec(default)
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

-- The lines that the program writes; nil where it cannot be run.
local function run_helper(arguments)
  local command = shell_quoted(argument("path", "oddport")) .. " " .. arguments .. " 2>/dev/null"
  local pipe = io.popen(command, "r")
  if not pipe then return nil end
  local lines = {}
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines
end

-- What the program knows of protocols, asked once a run: by name, and by the ports at which they are at home.
local function catalogue()
  local known = nmap.registry.oddport
  if known then return known end
  known = {by_name = {}, by_home = {}}
  nmap.registry.oddport = known
  local lines = run_helper("protocols --json")
  known.missing = not lines or #lines == 0
  for _, line in base.ipairs(lines or {}) do
    local fine, protocol = json.parse(line)
    if fine and protocol.question then
      known.by_name[protocol.protocol] = protocol
      for _, home in base.ipairs(protocol.homes or {}) do
        local key = home.port .. "/" .. home.transport
        known.by_home[key] = known.by_home[key] or {}
        table.insert(known.by_home[key], protocol)
      end
    end
  end
  return known
end

local function question_bytes(protocol, transport)
  local question = protocol.question
  local hex = question.bytes
  if transport == "tcp" and question.over_tcp and question.over_tcp ~= "" then hex = question.over_tcp end
  return hex and hex ~= "" and stdnse.fromhex(hex) or ""
end

-- What to ask, best first: what version detection takes it for, the protocols at home on the port, then what squats anywhere.
local function questions(port, known)
  local chosen, seen = {}, {}
  local function add(protocol)
    if not protocol or #chosen >= MOST_QUESTIONS then return end
    local bytes = question_bytes(protocol, port.protocol)
    if bytes == "" or seen[bytes] then return end
    seen[bytes] = true
    chosen[#chosen + 1] = {bytes = bytes, reserved = protocol.reserved_source_port}
  end
  local version = port.version or {}
  if version.service_tunnel == "ssl" then add(known.by_name.tls) end
  if version.name and (version.name_confidence or 0) > 5 then add(known.by_name[version.name]) end
  for _, protocol in base.ipairs(known.by_home[port.number .. "/" .. port.protocol] or {}) do add(protocol) end
  for _, name in base.ipairs(ANYWHERE[port.protocol]) do add(known.by_name[name]) end
  return chosen
end

-- The probes of version detection by name, from the file that this nmap uses: their answers mean nothing without them.
local function version_probes()
  local known = nmap.registry.oddport
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

-- Connects, says what is to be said, and returns the messages of the talk; nil where nothing can be sent.
local function talk(host, port, question, wait)
  local socket = nmap.new_socket()
  socket:set_timeout(wait * 1000)
  -- The r-commands and their kin answer only to a reserved port.
  if question.reserved and nmap.is_privileged() then socket:bind(nil, math.random(600, 1023)) end
  local fine = socket:connect(host, port, port.protocol)
  if not fine then
    socket:close()
    return nil
  end
  local messages = {}
  if question.bytes ~= "" and socket:send(question.bytes) then
    messages[1] = {from = "client", hex = stdnse.tohex(question.bytes)}
  end
  local size = 0
  while size < MOST_BYTES do
    local received, data = socket:receive()
    if not received then break end
    size = size + #data
    messages[#messages + 1] = {from = "server", hex = stdnse.tohex(data)}
    -- What a server says at once comes at once.
    socket:set_timeout(200)
  end
  socket:close()
  return messages, size
end

-- One line of JSON for a talk; without what the script itself said where `server_only`.
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

-- Two lines a talk: what both said, and what the server said alone.
local function write_questions(host, port, talks)
  local path = os.tmpname()
  local file = io.open(path, "w")
  if not file then return nil end
  for _, messages in base.ipairs(talks) do
    file:write(question_line(host, port, messages, false), question_line(host, port, messages, true))
  end
  file:close()
  return path
end

-- The verdict on the talk that tells most; nil where the program does not answer. Where both spoke, the script's own question must not
-- name the protocol: then only what is confirmed counts, or what the server's words alone tell.
local function label(host, port, talks)
  local path = write_questions(host, port, talks)
  if not path then return nil end
  local rules = argument("rules", nil)
  local lines = run_helper("label" .. (rules and " --rules " .. shell_quoted(rules) or "") .. " " .. path)
  os.remove(path)
  local best
  for number, line in base.ipairs(lines or {}) do
    local fine, record = json.parse(line)
    local of_both = number % 2 == 1
    local labelled = fine and base.type(record.label) == "string" and (not of_both or record.certainty == "confirmed")
    if labelled and (not best or CERTAINTIES[record.certainty] > CERTAINTIES[best.certainty]) then best = record end
  end
  return best
end

local function is_named(record)
  return record and base.type(record.protocol) == "string"
end

-- Goes on asking until the protocol has a name. Returns the record, and how many questions could be asked.
local function find_out(host, port, known)
  local talks = seen_by_version_detection(port)
  local record = #talks > 0 and label(host, port, talks) or nil
  if is_named(record) then return record, 0 end
  local asked = 0
  local function try(question, wait)
    local messages, size = talk(host, port, question, wait)
    if messages then asked = asked + 1 end
    if not messages or size == 0 then return false end
    talks[#talks + 1] = messages
    record = label(host, port, talks)
    return is_named(record)
  end
  if port.protocol == "tcp" and #talks == 0 and try({bytes = ""}, parse_seconds("listen", "1s")) then return record, asked end
  local wait = parse_seconds("timeout", "2s")
  for _, question in base.ipairs(questions(port, known)) do
    if try(question, wait) then break end
  end
  return record, asked
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
  out.label = record.label
  if is_named(record) then out.protocol = record.protocol end
  out.certainty = record.certainty
  out.reason = record.reason
  local service = record.assignment.service
  out.assignment = base.type(service) == "string" and string.format("%s (%s)", service, record.assignment.status) or
                   record.assignment.status
  if record.evidence and #record.evidence > 0 then out.evidence = record.evidence end
  if record.traits and #record.traits > 0 then out.traits = record.traits end
  return out
end

local function silent_output(port, asked)
  local out = stdnse.output_table()
  out.label = "unknown"
  out.certainty = "none"
  out.reason = asked > 0 and
               string.format("%d/%s is open, and nothing came in answer to %d questions.", port.number, port.protocol, asked) or
               string.format("%d/%s was found open, and no connection could be made to ask.", port.number, port.protocol)
  return out
end

action = function(host, port)
  local known = catalogue()
  if known.missing then
    if known.told then return nil end
    known.told = true
    return "the program oddport cannot be run: install it, or give --script-args oddport.path=/path/to/oddport"
  end
  local record, asked = find_out(host, port, known)
  if record then
    if port.state == "open|filtered" then nmap.set_port_state(host, port, "open") end
    set_service(host, port, record)
    return output_of(record)
  end
  -- Whether a UDP port that says nothing is open, nobody knows.
  if port.state == "open" then return silent_output(port, asked) end
end
