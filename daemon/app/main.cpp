#include "sedlink/app/command_line.hpp"

int main(int argc, char** argv) { return sedlink::app::command_line(argc, argv); }
