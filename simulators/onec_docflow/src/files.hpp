#pragma once
// Files and their versions (onec-docflow 8.3, 8.4).
#include <string>
#include <vector>

#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// The content becomes the next version of the file; the new version has no signatures.
FileVersion& add_version(Infobase& base, File& file, ContentPtr content, const std::string& author);
// A file of the owner, with its first version.
File& add_file(Infobase& base, const Ref& owner, std::string name, std::string extension, ContentPtr content,
               const std::string& author);
// Dates of a message's file, where it has them.
void take_dates(const Infobase& base, FileVersion& version, const Xdto& message);
// What binaryData holds. Throws DmError on text that is no base64.
ContentPtr decoded(Infobase& base, const Xdto& binary);

// binaryData and signatures come only for their columns, signatures only for "signatures.<member>".
Xdto show_file(Session& session, const File& file, const std::vector<std::string>& columns);
Xdto show_version(Session& session, const File& file, const FileVersion& version,
                  const std::vector<std::string>& columns);

// DMAddFileRequest, DMUpdateRequest of a DMFile and DMFileVersion, DMLockFileRequest and others.
Xdto add_file_request(Session& session, const Xdto& request);
Xdto file_list_by_owner(Session& session, const Xdto& request);
Xdto lock_file(Session& session, const Xdto& request);
Xdto unlock_file(Session& session, const Xdto& request);
Xdto update_file(Session& session, const Xdto& message);

}  // namespace sedlink::sim::onec_docflow
