// Which Debian packages files belong to, and whether the files are still the packages', from dpkg's own records.
//
// deb-md5sums(5), dpkg-divert(1). Nothing is started: the lists are read, once for all files that are asked about.
#pragma once

#include <map>
#include <set>
#include <string>

#include "classify/host_facts.h"
#include "host/root_folder.h"

namespace oddport {

// The packages that own these files (absolute paths without links, as the kernel tells them); a file that no package owns is not
// in the answer. Where /bin and its like are links into /usr, a package may list a file under either name; and of a diverted
// file the one who diverted it owns the old place, the others the new one.
std::map<std::string, PackageFacts> find_packages(const RootFolder& root,
                                                  const std::set<std::string>& files);

}  // namespace oddport
