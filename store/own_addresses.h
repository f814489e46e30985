// The addresses of the machine whose own sockets a store keeps.
//
// A socket that listens on all addresses is met by others under one of them: what is known of it belongs to what they saw there.
#pragma once

#include <span>

#include "classify/ip_address.h"
#include "store/store.h"

namespace oddport {

// Takes the place of those that were kept before. Throws StoreError.
void keep_own_addresses(Store& store, std::span<const IpAddress> addresses);

}  // namespace oddport
