export { NotExist } from "./dist/esm/builtin.js";
