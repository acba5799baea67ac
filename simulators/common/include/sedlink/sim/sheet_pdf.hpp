#pragma once
#include <string>
#include <vector>

namespace sedlink::sim {

// A printed form as rows of text: what a system prints as its report.
struct PrintedSheet {
  std::string title;
  std::vector<std::string> facts;  // lines under the title
  std::vector<std::string> head;   // of the table
  std::vector<std::vector<std::string>> rows;
};

// A4 pages. Throws std::runtime_error when the library refuses.
std::string sheet_pdf(const PrintedSheet& sheet);
std::string sheet_html(const PrintedSheet& sheet);

}  // namespace sedlink::sim
