// The rows of the port registry for programs in C.
#include <string>
#include <vector>

#include "classify/port_registry.h"
#include "plugins/c/handles.h"

namespace oddport {

namespace {

// Texts that end in a NUL, which those of the packed tables do not.
struct PortRow {
  explicit PortRow(const Assignment& row)
      : status(to_string(row.status)),
        service(row.service),
        description(row.description),
        registered(row.registered),
        changed(row.changed),
        reference(row.reference) {}

  std::string status;
  std::string service;
  std::string description;
  std::string registered;
  std::string changed;
  std::string reference;
};

}  // namespace

}  // namespace oddport

struct oddport_port {
  std::vector<oddport::PortRow> rows;

  const char* text(size_t row, std::string oddport::PortRow::*member) const {
    return row < rows.size() ? oddport::text_or_null(rows[row].*member) : nullptr;
  }
};

int oddport_port_new(uint16_t number, int transport, oddport_port** port) {
  using namespace oddport;
  if (port == nullptr) return ODDPORT_BAD_ARGUMENT;
  *port = nullptr;
  if (!is_transport(transport)) return ODDPORT_BAD_ARGUMENT;
  return guarded([&] {
    auto made = std::make_unique<oddport_port>();
    for (const Assignment& row :
         assignments(number, transport == ODDPORT_TCP ? Transport::tcp : Transport::udp))
      made->rows.emplace_back(row);
    *port = made.release();
    return ODDPORT_OK;
  });
}

void oddport_port_free(oddport_port* port) { delete port; }
size_t oddport_port_rows(const oddport_port* port) { return port->rows.size(); }
const char* oddport_port_status(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::status);
}
const char* oddport_port_service(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::service);
}
const char* oddport_port_description(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::description);
}
const char* oddport_port_registered(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::registered);
}
const char* oddport_port_changed(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::changed);
}
const char* oddport_port_reference(const oddport_port* port, size_t row) {
  return port->text(row, &oddport::PortRow::reference);
}
