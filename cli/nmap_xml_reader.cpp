#include "cli/nmap_xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <memory>
#include <optional>

#include "report/quantity.h"

namespace oddport {

namespace {

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

// Of one element, as expat gives them: names and values in turn.
class Attributes {
 public:
  explicit Attributes(const XML_Char** pairs) : pairs_(pairs) {}

  std::string_view operator[](std::string_view name) const {
    for (const XML_Char** pair = pairs_; pair[0] != nullptr; pair += 2)
      if (pair[0] == name) return pair[1];
    return {};
  }

 private:
  const XML_Char** pairs_;
};

class Reader {
 public:
  Reader(const std::string& name, ForeignScan& scan)
      : name_(name), scan_(scan), parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), begin, end);
  }

  bool read(std::string_view text) {
    bool sound = true;
    do {
      const std::size_t size = std::min<std::size_t>(text.size(), INT_MAX / 2);
      sound = XML_Parse(parser_.get(), text.data(), static_cast<int>(size),
                        size == text.size() ? 1 : 0) == XML_STATUS_OK;
      text.remove_prefix(size);
    } while (sound && !text.empty());
    if (is_one_ && !sound) tell_of_damage();
    return is_one_;
  }

 private:
  struct Port {
    std::optional<Transport> transport;
    std::uint16_t number = 0;
    bool open = false;
  };

  static void XMLCALL begin(void* self, const XML_Char* element, const XML_Char** attributes) {
    static_cast<Reader*>(self)->begin(element, Attributes(attributes));
  }
  static void XMLCALL end(void* self, const XML_Char* element) {
    static_cast<Reader*>(self)->end(element);
  }

  void begin(std::string_view element, const Attributes& given) {
    if (++depth_ == 1) {
      is_one_ = element == "nmaprun";
      if (!is_one_) XML_StopParser(parser_.get(), XML_FALSE);
    } else if (element == "host") {
      forget_host();
      in_host_ = true;
    } else if (in_host_) {
      begin_in_host(element, given);
    }
  }

  void begin_in_host(std::string_view element, const Attributes& given) {
    if (element == "status") {
      up_ = given["state"] != "down";
    } else if (element == "address" && given["addrtype"] != "mac") {
      address_ = IpAddress::parse(given["addr"]);
    } else if (element == "hostname" && given["type"] == "user") {
      host_name_ = given["name"];
    } else if (element == "port") {
      begin_port(given);
    } else if (element == "state" && in_port_) {
      const std::string_view state = given["state"];
      ports_.back().open = state == "open" || state == "open|filtered";
    }
  }

  void begin_port(const Attributes& given) {
    in_port_ = true;
    Port port;
    if (given["protocol"] == "tcp") port.transport = Transport::tcp;
    if (given["protocol"] == "udp") port.transport = Transport::udp;
    const std::string_view number = given["portid"];
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), port.number);
    if (parsed.ec != std::errc{} || parsed.ptr != number.data() + number.size())
      complain(fmt::format("'{}' is no port", number));
    ports_.push_back(port);
  }

  void end(std::string_view element) {
    --depth_;
    if (element == "port") in_port_ = false;
    if (element != "host" || !in_host_) return;
    take_host();
    forget_host();
  }

  void take_host() {
    if (!address_) return complain("a host without an address");
    if (!up_) return;
    scan_.hosts.push_back(*address_);
    if (!host_name_.empty()) scan_.names.emplace(*address_, host_name_);
    for (const Port& port : ports_)
      if (port.open && port.transport && port.number != 0)
        scan_.open.push_back(
            {.host = *address_, .transport = *port.transport, .port = port.number});
  }

  void forget_host() {
    in_host_ = in_port_ = false;
    up_ = true;  // masscan does not say so
    address_.reset();
    host_name_.clear();
    ports_.clear();
  }

  void complain(const std::string& what) {
    constexpr std::size_t most = 5;
    if (scan_.problems.size() < most)
      scan_.problems.push_back(fmt::format("{}: {}", place(), what));
  }

  std::string place() const {
    return fmt::format("{}:{}:{}", name_, XML_GetCurrentLineNumber(parser_.get()),
                       XML_GetCurrentColumnNumber(parser_.get()) + 1);
  }

  // What stood in a host that is not whole counts as far as it was said.
  void tell_of_damage() {
    if (in_host_ && address_) take_host();
    scan_.problems.push_back(
        fmt::format("{}: the XML is broken or cut ({}); {} of {} were read before it", place(),
                    XML_ErrorString(XML_GetErrorCode(parser_.get())),
                    counted(scan_.open.size(), "open port", "open ports"),
                    counted(scan_.hosts.size(), "host", "hosts")));
  }

  const std::string& name_;
  ForeignScan& scan_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser_;
  bool is_one_ = false;
  std::size_t depth_ = 0;
  bool in_host_ = false;
  bool in_port_ = false;
  bool up_ = true;
  std::optional<IpAddress> address_;
  std::string host_name_;
  std::vector<Port> ports_;
};

}  // namespace

bool read_nmap_xml(std::string_view text, const std::string& name, ForeignScan& scan) {
  return Reader(name, scan).read(text);
}

}  // namespace oddport
