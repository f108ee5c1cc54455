/* temporary */
extern int sk_nothing_here;
